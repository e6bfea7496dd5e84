from .archives import wanted_archives as wanted_archives
from .notebook import execute as execute
from .reused import write_reused as write_reused
from .setting import TRIES as TRIES, Progress as Progress, Setting as Setting
from .tries import run_notebook as run_notebook
