"""Downloads from a local server that behaves in every way that servers do."""

from __future__ import annotations

import errno
import hashlib
import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.assignment.data import download as assets_fetch, store as assets_store
from grader.assignment.data.download import Patience, download
from grader.assignment.data_tables import Source
from grader.records.errors import AssetError

pytestmark = pytest.mark.slow

BODY = bytes(range(256)) * 4000
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()
QUICK = Patience(connect_s=2, read_s=0.3, slow_after_s=0.2, slow_bytes_per_s=1e6, pause_s=0.01)


@dataclass
class Site:
    """A server; `answers` maps a path to what it does, `asked` lists (path, Range header)."""

    address: str = ""
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def source(self, *paths: str, digest: str = DIGEST, size: int = len(BODY)) -> Source:
        kind, _, expected = digest.partition(":")
        urls = tuple(self.address + path for path in paths)
        return Source(name="file.bin", urls=urls, bytes=size, **{kind or "sha256": expected})


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.asked.append((self.path, self.headers.get("Range", "")))
            self.close_connection = True
            made.answers[self.path](self)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    usual = {"Content_Length": str(len(body)), "Connection": "close"}
    for name, value in (usual | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def whole(handler: BaseHTTPRequestHandler) -> None:
    """All of it, or the asked range."""
    asked = handler.headers.get("Range", "")
    if not asked:
        send(handler, 200, BODY)
        return
    start = int(asked.removeprefix("bytes=").rstrip("-"))
    place = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
    send(handler, 206, BODY[start:], Content_Range=place)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    """Promises all, sends the first 300,000 bytes."""
    send(handler, 200, BODY[:300_000], Content_Length=str(len(BODY)))


def cut_then_rest(handler: BaseHTTPRequestHandler) -> None:
    (whole if handler.headers.get("Range") else cut_off)(handler)


def ignores_ranges(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, BODY)


def other_bytes(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, BODY[::-1])


def missing(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 404, b"no")


def silent(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, BODY[:10], Content_Length=str(len(BODY)))
    time.sleep(0.8)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"", Content_Length=str(len(BODY)))
    for place in range(8):
        handler.wfile.write(BODY[place : place + 1])
        time.sleep(0.06)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """No length given, and more than the file has."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(3):
        handler.wfile.write(BODY)


def test_a_file_is_fetched_with_progress_and_then_found(site: Site, tmp_path: Path) -> None:
    """One request; the share rises to 1; a second call asks nobody; no half file is left."""
    site.answers["/a"] = whole
    shares: list[float] = []
    path = download(site.source("/a"), tmp_path, progress=shares.append, patience=QUICK)
    assert path.read_bytes() == BODY
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    download(site.source("/a"), tmp_path, patience=QUICK)
    assert site.asked == [("/a", "")]
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.bin"]


def test_a_cut_off_download_is_resumed(site: Site, tmp_path: Path) -> None:
    """The second request asks for the missing part only."""
    site.answers["/a"] = cut_then_rest
    assert download(site.source("/a"), tmp_path, patience=QUICK).read_bytes() == BODY
    assert site.asked == [("/a", ""), ("/a", "bytes=300000-")]


def test_a_part_of_an_earlier_call_is_resumed(site: Site, tmp_path: Path) -> None:
    """Killed and called again: it goes on where it stopped."""
    site.answers["/a"] = whole
    (tmp_path / "file.bin.part").write_bytes(BODY[:5000])
    assert download(site.source("/a"), tmp_path, patience=QUICK).read_bytes() == BODY
    assert site.asked == [("/a", "bytes=5000-")]


def test_a_server_without_ranges_sends_all_again(site: Site, tmp_path: Path) -> None:
    """200 to a range request: the part is overwritten from its start."""
    site.answers["/a"] = ignores_ranges
    (tmp_path / "file.bin.part").write_bytes(b"x" * 5000)
    assert download(site.source("/a"), tmp_path, patience=QUICK).read_bytes() == BODY


def test_a_part_that_was_wrong_is_not_resumed_twice(site: Site, tmp_path: Path) -> None:
    """Resuming wrong bytes fails the checksum; the next mirror starts from nothing."""
    site.answers |= {"/a": whole, "/b": whole}
    (tmp_path / "file.bin.part").write_bytes(b"x" * 5000)
    assert download(site.source("/a", "/b"), tmp_path, patience=QUICK).read_bytes() == BODY
    assert site.asked == [("/a", "bytes=5000-"), ("/b", "")]


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (missing, "404"),
        (other_bytes, "sha256"),
        (silent, "ReadTimeout"),
        (dripping, "too slow"),
        (endless, "more than"),
        (lambda handler: send(handler, 200, b"<html>sorry</html>"), "18 bytes"),
        (lambda handler: send(handler, 503, b"later"), "503"),
        (lambda handler: send(handler, 206, BODY, Content_Range="bytes 9-19/20"), "wrong place"),
        (lambda handler: send(handler, 302, b"", Location="/a"), "TooManyRedirects"),
        (lambda handler: send(handler, 302, b"", Location="file:///etc/passwd"), "Unsupported"),
    ],
    ids=["404", "other-bytes", "silent", "dripping", "endless", "a-page", "503", "wrong-range",
         "redirect-loop", "redirect-to-file"],
)  # fmt: skip
def test_a_bad_mirror_is_left_for_the_next(
    site: Site, tmp_path: Path, bad: Callable[[BaseHTTPRequestHandler], None], word: str
) -> None:
    """Alone it is an AssetError that says what happened; with a good second mirror all is well."""
    site.answers |= {"/a": bad, "/b": whole}
    with pytest.raises(AssetError, match=word):
        download(site.source("/a"), tmp_path / "alone", patience=QUICK)
    assert not (tmp_path / "alone" / "file.bin").exists()
    assert download(site.source("/a", "/b"), tmp_path, patience=QUICK).read_bytes() == BODY


def test_redirects_are_followed(site: Site, tmp_path: Path) -> None:
    """To another address of the same file."""
    site.answers |= {"/a": lambda handler: send(handler, 302, b"", Location="/b"), "/b": whole}
    assert download(site.source("/a"), tmp_path, patience=QUICK).read_bytes() == BODY


def test_a_server_that_is_not_there_is_an_asset_error(tmp_path: Path) -> None:
    """Refused connections and nonsense addresses are told, with what to do instead."""
    source = Source(name="file.bin", urls=("http://127.0.0.1:9/x", "http://[nonsense"), bytes=10)
    with pytest.raises(AssetError, match=r"ConnectError.*grader assets make"):
        download(source, tmp_path, patience=QUICK)


def test_md5_is_checked_too(site: Site, tmp_path: Path) -> None:
    """Keras publishes an md5 of the weights."""
    site.answers["/a"] = whole
    good = "md5:" + hashlib.md5(BODY, usedforsecurity=False).hexdigest()
    assert download(site.source("/a", digest=good), tmp_path, patience=QUICK).is_file()
    with pytest.raises(AssetError, match="md5"):
        download(site.source("/a", digest="md5:" + "0" * 32), tmp_path / "b", patience=QUICK)


def test_without_a_published_checksum_the_size_is_all_that_is_checked(
    site: Site, tmp_path: Path
) -> None:
    """What to do about that is decided where it is fetched."""
    site.answers |= {"/a": other_bytes, "/b": whole}
    assert download(site.source("/a", digest=""), tmp_path, patience=QUICK).is_file()
    with pytest.raises(AssetError, match="bytes instead of"):
        download(site.source("/b", digest="", size=9), tmp_path / "b", patience=QUICK)


def test_too_little_disk_is_said_before_anything_is_fetched(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request is made when the file cannot fit."""
    usage = SimpleNamespace(free=1000)
    monkeypatch.setattr(assets_store.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(AssetError, match="MB free"):
        download(site.source("/a"), tmp_path, patience=QUICK)
    assert site.asked == []


def test_a_disk_that_fills_up_keeps_what_came(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC half way is an AssetError; with space again the download goes on from there."""
    site.answers["/a"] = whole
    pour = assets_fetch._Mirrors._pour

    def fills(_: object, response: object, stream: io.BufferedRandom, *rest: object) -> None:
        stream.write(BODY[:7000])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(assets_fetch._Mirrors, "_pour", fills)
    with pytest.raises(AssetError, match="disk became full"):
        download(site.source("/a"), tmp_path, patience=QUICK)
    monkeypatch.setattr(assets_fetch._Mirrors, "_pour", pour)
    assert download(site.source("/a"), tmp_path, patience=QUICK).read_bytes() == BODY
    assert site.asked[-1] == ("/a", "bytes=7000-")
