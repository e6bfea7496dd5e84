"""The counted wire between the grader's sockets and the kernel's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from grader.run.relay import Relay

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def wired(
    folder: Path, limit: int
) -> AsyncIterator[tuple[Relay, Streams, Streams, list[str]]]:
    """A relay between a kernel's end and ours."""
    kernels: asyncio.Queue[Streams] = asyncio.Queue()
    server = await asyncio.start_unix_server(lambda *ends: kernels.put_nowait(ends), folder / "k")
    broken: list[str] = []
    relay = Relay(limit_bytes=limit, broken=broken.append)
    await relay.open(folder / "k", folder / "c")
    ours = await asyncio.open_unix_connection(folder / "c")
    kernel = await kernels.get()
    try:
        yield relay, kernel, ours, broken
    finally:
        await relay.close()
        for _, writer in (ours, kernel):
            writer.close()
        server.close()


def test_bytes_pass_both_ways(tmp_path: Path) -> None:
    """Unchanged, and the kernel's are counted."""

    async def main() -> None:
        async with wired(tmp_path, 1000) as (relay, kernel, ours, broken):
            ours[1].write(b"request")
            assert await kernel[0].readexactly(7) == b"request"
            kernel[1].write(b"reply")
            assert await ours[0].readexactly(5) == b"reply"
            assert relay.received == 5
            assert broken == []

    asyncio.run(main())


def test_the_wire_is_cut_at_its_limit(tmp_path: Path) -> None:
    """A kernel that never stops sending is not read any further, and we are told."""

    async def main() -> None:
        async with wired(tmp_path, 200_000) as (relay, kernel, ours, broken):
            kernel[1].write(b"x" * 1_000_000)
            received = b""
            while data := await ours[0].read(65536):
                received += data
            assert len(received) <= 200_000
            assert broken == ["limit"]
            assert relay.received < 400_000

    asyncio.run(main())


@pytest.mark.parametrize("who", ["kernel", "grader"])
def test_the_side_that_hung_up_is_named_once(tmp_path: Path, who: str) -> None:
    """Only the first end counts."""

    async def main() -> None:
        async with wired(tmp_path, 1000) as (_, kernel, ours, broken):
            (kernel if who == "kernel" else ours)[1].close()
            for _ in range(100):
                await asyncio.sleep(0.01)
                if broken:
                    break
            assert broken == [who]

    asyncio.run(main())


def test_only_one_connection_is_served(tmp_path: Path) -> None:
    """A second one to our end is closed at once."""

    async def main() -> None:
        async with wired(tmp_path, 1000) as (_, kernel, ours, broken):
            ours[1].write(b"a")
            await kernel[0].readexactly(1)
            second = await asyncio.open_unix_connection(tmp_path / "c")
            assert await second[0].read() == b""
            second[1].close()
            assert broken == []

    asyncio.run(main())


def test_a_link_in_the_place_of_the_socket_is_refused(tmp_path: Path) -> None:
    """The kernel's folder belongs to the student: a link there could lead to any socket."""

    async def main() -> None:
        server = await asyncio.start_unix_server(lambda *ends: None, tmp_path / "elsewhere")
        (tmp_path / "k").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(OSError, match="no socket"):
            await Relay(limit_bytes=1, broken=print).open(tmp_path / "k", tmp_path / "c")
        server.close()

    asyncio.run(main())
