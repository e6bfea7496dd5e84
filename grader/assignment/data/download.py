"""Downloads one file: several mirrors, resumed where it broke off, checked, placed in one step."""

import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from grader.assignment.data.store import need_disk
from grader.assignment.data_tables import Source
from grader.records import AssetError


@dataclass(frozen=True)
class Patience:
    connect_s: float = 15.0
    read_s: float = 30.0
    """Longest silence between two pieces."""
    slow_after_s: float = 30.0
    slow_bytes_per_s: float = 5_000.0
    """A mirror that is slower than this after `slow_after_s` is left for the next one."""
    tries: int = 4
    """Per mirror; a try that brought new bytes does not count."""
    pause_s: float = 1.0
    """Before the second try; doubled each time."""


class _MirrorFailed(Exception):
    """This address cannot give the file; `final` when trying it again is useless."""

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.final = final


def download(
    source: Source,
    folder: Path,
    *,
    progress: Callable[[float], None] = lambda share: None,
    patience: Patience | None = None,
) -> Path:
    """The file in `folder`, whole and checked: from there, else from the first mirror that works.
    `progress` gets the share that is there. A broken download is kept as `<name>.part` and resumed
    by the next call. AssetError says what each mirror answered."""
    patience = patience or Patience()
    folder.mkdir(parents=True, exist_ok=True)
    target, part = folder / source.name, folder / f"{source.name}.part"
    if target.is_file() and not source.problem_of(target):
        return target
    need_disk(folder, max(source.bytes - _size(part), 0))
    answers: list[str] = []
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    with httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=5) as client:
        mirrors = _Mirrors(client, source, part, progress, patience)
        for address in source.urls:
            try:
                mirrors.fill(address)
            except _MirrorFailed as failure:
                answers.append(f"{address}: {failure}")
            else:
                return part.replace(target)
    raise AssetError(
        f"{source.name} could not be fetched. " + "; ".join(answers) + ".",
        what_to_do=f"Try again later, or put the file into {folder} yourself; "
        "`grader assets make` makes a stand-in without a network.",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@dataclass(frozen=True)
class _Mirrors:
    client: httpx.Client
    source: Source
    part: Path
    progress: Callable[[float], None]
    patience: Patience

    def fill(self, address: str) -> None:
        """Fill `part` from this address, in as many tries as bring something; then check it."""
        tries, pause = 0, self.patience.pause_s
        while True:
            before = _size(self.part)
            try:
                self._try(address)
                break
            except _MirrorFailed as failure:
                tries = 1 if _size(self.part) > before else tries + 1
                if failure.final or tries >= self.patience.tries:
                    raise
            time.sleep(pause)
            pause *= 2
        if problem := self.source.problem_of(self.part):
            self.part.unlink()  # never resume from bytes that are known to be wrong
            raise _MirrorFailed(problem, final=True)

    def _try(self, address: str) -> None:
        have = _size(self.part)
        if have >= self.source.bytes:
            return  # whole, or too long: the check says which
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            with self.client.stream("GET", address, headers=headers) as response:
                start = _start(response, self.source, have)
                with self.part.open("r+b" if start else "wb") as stream:
                    stream.seek(start)
                    self._pour(response, stream, start)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            final = isinstance(error, (httpx.TooManyRedirects, httpx.UnsupportedProtocol))
            raise _MirrorFailed(f"{type(error).__name__} {error}".strip(), final=final) from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise AssetError(
                    f"The disk became full while {self.source.name} was being fetched.",
                    what_to_do="Free some space and call it again: it goes on where it stopped.",
                ) from error
            raise
        if _size(self.part) < self.source.bytes:
            raise _MirrorFailed(f"it ended after {_size(self.part)} bytes", final=False)

    def _pour(self, response: httpx.Response, stream: IO[bytes], start: int) -> None:
        began, done, size = time.monotonic(), start, self.source.bytes
        for piece in response.iter_raw():
            done += len(piece)
            if done > size:
                raise _MirrorFailed(f"it sends more than {size} bytes", final=True)
            stream.write(piece)
            self.progress(done / size)
            seconds = time.monotonic() - began
            rate = (done - start) / max(seconds, 1e-9)
            if seconds > self.patience.slow_after_s and rate < self.patience.slow_bytes_per_s:
                raise _MirrorFailed(f"it is too slow ({rate:.0f} bytes/s)", final=True)
        stream.truncate()


def _start(response: httpx.Response, source: Source, have: int) -> int:
    """From which byte on this answer goes; _MirrorFailed when it is not the file."""
    status = response.status_code
    if status == httpx.codes.PARTIAL_CONTENT:
        sent = response.headers.get("Content-Range", "")
        if sent.startswith(f"bytes {have}-") and sent.endswith((f"/{source.bytes}", "/*")):
            return have
        raise _MirrorFailed(f"it resumed at the wrong place ({sent!r})", final=True)
    if status == httpx.codes.OK:
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) != source.bytes:
            raise _MirrorFailed(f"it has {length} bytes instead of {source.bytes}", final=True)
        return 0
    passing = status >= httpx.codes.INTERNAL_SERVER_ERROR or status in (408, 429)
    raise _MirrorFailed(f"it answered {status} {response.reason_phrase}".strip(), final=not passing)
