"""What a worker of `--cluster local:4` loads: Ctrl-C in the terminal reaches it as well, and is the
client's to answer, which ends it."""

import signal

from distributed import Worker


def dask_setup(worker: Worker) -> None:
    """Called before the worker joins, in its main thread."""
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
