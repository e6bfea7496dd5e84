"""A counted wire between one of the grader's sockets and one of the kernel's.

The kernel's end belongs to student code, which can send anything on it: endless multipart
messages, garbage, nothing. libzmq collects a multipart message completely before it hands it over,
and no option of it bounds the sum of the parts. So it never talks to the kernel directly: every
byte passes here, is counted, and the wire is cut at its limit. The kernel's socket file is opened
once, before any student code runs, and never again: a file put in its place later reaches nobody.
"""

import asyncio
import contextlib
import stat
from collections.abc import Callable
from pathlib import Path

CHUNK = 65536
REFUSALS = 100
REFUSED_WAIT_S = 0.02
"""A socket file exists a moment before anybody listens on it."""
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Address = Path | tuple[str, int]
"""A socket file, or host and port where there are none (Windows)."""


class Relay:
    """One wire. `broken` is called once, with "limit", "kernel" or "grader": who ended it."""

    def __init__(self, *, limit_bytes: int, broken: Callable[[str], None]) -> None:
        self.limit_bytes = limit_bytes
        self.received = 0
        """Bytes that the kernel's side has sent so far."""
        self._broken = broken
        self._kernel: Streams | None = None
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self, kernel: Address, ours: Address) -> int:
        """Connect to the kernel's socket, listen on ours. Raises OSError.

        Returns the port it listens on, chosen for port 0; 0 for a socket file.
        """
        self._kernel = await _connect(kernel)
        if isinstance(ours, Path):
            self._server = await asyncio.start_unix_server(self._accept, path=ours)
            return 0
        self._server = await asyncio.start_server(self._accept, *ours)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Cut the wire; `broken` is not called any more."""
        self._closed = True
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._kernel:
            self._kernel[1].close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._kernel is None or self._tasks:
            writer.close()
            return
        kernel_reader, kernel_writer = self._kernel
        self._tasks = {
            asyncio.ensure_future(self._copy(reader, kernel_writer, "grader")),
            asyncio.ensure_future(self._copy(kernel_reader, writer, "kernel")),
        }
        await asyncio.wait(self._tasks)
        writer.close()

    async def _copy(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, side: str
    ) -> None:
        ended = side
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if side == "kernel":
                    self.received += len(data)
                    if self.received > self.limit_bytes:
                        ended = "limit"
                        break
                target.write(data)
                await target.drain()
        self._end(ended)

    def _end(self, who: str) -> None:
        if self._closed:
            return
        self._closed = True
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        if self._kernel:
            self._kernel[1].close()
        self._broken(who)


async def _connect(address: Address) -> Streams:
    if isinstance(address, Path) and not stat.S_ISSOCK(address.lstat().st_mode):
        raise OSError(f"{address.name} is no socket")
    for _ in range(REFUSALS):
        try:
            return await _connected(address)
        except ConnectionRefusedError:
            await asyncio.sleep(REFUSED_WAIT_S)
    return await _connected(address)


async def _connected(address: Address) -> Streams:
    if isinstance(address, Path):
        return await asyncio.open_unix_connection(address)
    return await asyncio.open_connection(*address)
