from .notebook import failed as failed, run_notebook as run_notebook, run_once as run_once
from .outputs import write_reused as write_reused
from .setting import TRIES as TRIES, Progress as Progress, Setting as Setting, Work as Work
