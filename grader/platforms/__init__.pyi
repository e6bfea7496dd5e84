from .registry import SINKS as SINKS, find_sink as find_sink
from .seam import Entry as Entry, FileChange as FileChange, Receipt as Receipt, Sink as Sink
