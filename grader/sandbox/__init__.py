"""A job runs and can hurt nothing; how it ended is told.

`choose()` probes by doing: the real profile runs a small program that checks its own walls.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
