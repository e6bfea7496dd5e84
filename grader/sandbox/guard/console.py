"""What a run prints: its beginning is kept, the rest is thrown away."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import BinaryIO

_KEPT = 1 << 20


class Console:
    """The reading end of the run's pipe, and the file where the first megabyte goes."""

    def __init__(self, pipe: int, log: BinaryIO, most_bytes: int) -> None:
        self.pipe = pipe
        self._log = log
        self._most = most_bytes
        self._bytes = 0

    @property
    def flooded(self) -> bool:
        """Whether more was printed than may be."""
        return self._bytes > self._most

    def drain(self, *, last: bool = False) -> bool:
        """Read what is there, not for ever. False: closed. last: all is in the file afterwards."""
        is_open = self._read(64 if last else 16)
        if last:
            self._log.flush()
        return is_open

    def _read(self, times: int) -> bool:
        for _ in range(times):
            try:
                chunk = os.read(self.pipe, 65536)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self._log.write(chunk[: max(0, _KEPT - self._bytes)])
            self._bytes += len(chunk)
            if self.flooded:
                return True
        return True
