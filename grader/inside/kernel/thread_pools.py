"""Pools of threads where the sandbox has no shared memory (`/dev/shm`, in the landlock tier).

Keras reads folders of images with `multiprocessing.pool.ThreadPool`, which takes a lock between
processes although all is in one. Where the system refuses such a lock, a lock between threads does.
"""

import threading
from typing import Any

from ..shims.on_import import when_imported


def install() -> None:
    """Mend thread pools as soon as somebody imports them, and only where they do not work."""
    when_imported("multiprocessing.pool", _mend)


def _mend(module: Any) -> None:
    from multiprocessing.context import BaseContext

    try:
        module.get_context().Lock()
        return  # there is shared memory
    except OSError:
        pass

    class Threads(BaseContext):
        """A context whose locks hold between threads."""

        def Lock(self) -> Any:
            return threading.Lock()

    def init(self: Any, processes: Any = None, initializer: Any = None, initargs: Any = ()) -> None:
        module.Pool.__init__(self, processes, initializer, initargs, context=Threads())

    module.ThreadPool.__init__ = init
