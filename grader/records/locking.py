"""A lock on an open file, on every system: it dies with its process."""

from __future__ import annotations

import sys
import time
from typing import IO

POLL_S = 0.1


def take(handle: IO[str], *, wait: bool = True) -> bool:
    """Lock the file until its handle is closed. False when another process has it and `wait` is
    False."""
    while not _try(handle, wait):
        if not wait:
            return False
        time.sleep(POLL_S)
    return True


if sys.platform == "win32":
    import msvcrt

    def _try(handle: IO[str], wait: bool) -> bool:
        """Never waits: the caller asks again."""
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: IO[str], wait: bool) -> bool:
        """Waits in the kernel when it may."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
