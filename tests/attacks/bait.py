"""What attacks go for: harmless stand-ins for everything a grader's machine has to lose."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.sandbox import calls as seccomp

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_DECOY = "import sys, time; kept = sys.argv[1] * 50; sys.stdout.write('.'); sys.stdout.flush(); "
_DECOY += "time.sleep(600)"


@dataclass
class Bait:
    """Planted for one attack. `token` is the secret that nobody may get to see."""

    folder: Path
    token: str = field(default_factory=lambda: "token-" + secrets.token_hex(12))
    heard: list[bytes] = field(default_factory=list)
    decoy: subprocess.Popen[bytes] | None = None
    told: dict[str, Any] = field(default_factory=dict)

    def intact(self) -> None:
        """Nothing that was planted was changed, stopped, taken or talked to."""
        victim = self.folder / "victim"
        assert victim.read_text() == "whole"
        assert victim.stat().st_mode & 0o7777 == 0o666
        assert victim.stat().st_mtime == 1_000_000
        assert os.listxattr(victim) == []
        assert sorted(p.name for p in self.folder.iterdir()) == self.told["names"]
        assert self.heard == []
        assert self.decoy
        assert self.decoy.poll() is None
        status = Path(f"/proc/{self.decoy.pid}/status").read_text()
        assert "T (stopped)" not in status


@contextmanager
def planted(folder: Path) -> Iterator[Bait]:
    """Secret and victim files, a decoy process, listening sockets; all gone afterwards."""
    bait = Bait(folder)
    folder.mkdir()
    (folder / "secret").write_text(bait.token)
    (folder / "secret").chmod(0o644)
    (folder / "neighbour").mkdir()
    (folder / "neighbour" / "submission.ipynb").write_text(bait.token)
    (folder / "victim").write_text("whole")
    (folder / "victim").chmod(0o666)
    shared = Path("/dev/shm") / f"bait-{bait.token[-8:]}"
    shared.write_text(bait.token)
    with _listening(bait) as addresses, (folder / "secret").open("rb") as handle:
        environment = {**os.environ, "GRADER_TOKEN": bait.token}
        bait.decoy = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _DECOY, bait.token],
            stdin=handle,
            stdout=subprocess.PIPE,
            env=environment,
        )
        assert bait.decoy.stdout
        bait.decoy.stdout.read(1)
        os.set_inheritable(handle.fileno(), True)
        os.utime(folder / "victim", (1_000_000, 1_000_000))
        bait.told = {
            **_places(folder),
            "shared": str(shared),
            "decoy": bait.decoy.pid,
            "grader": os.getpid(),
            "descriptor": handle.fileno(),
            "calls": seccomp.numbers(seccomp.machine()),
            **addresses,
        }
        try:
            yield bait
        finally:
            shared.unlink(missing_ok=True)
            bait.decoy.kill()
            bait.decoy.communicate()


def _places(folder: Path) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "secret": str(folder / "secret"),
        "victim": str(folder / "victim"),
        "neighbour": str(folder / "neighbour"),
        "repository": str(REPOSITORY),
        "names": sorted(path.name for path in folder.iterdir()),
    }


@contextmanager
def _listening(bait: Bait) -> Iterator[dict[str, Any]]:
    """TCP, UDP, unix stream, unix datagram and abstract sockets that note whoever speaks."""
    path, abstract = str(bait.folder / "s"), "\0bait-" + bait.token[-8:]
    kinds: list[tuple[int, int, Any]] = [
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        (socket.AF_UNIX, socket.SOCK_STREAM, path),
        (socket.AF_UNIX, socket.SOCK_DGRAM, path + "d"),
        (socket.AF_UNIX, socket.SOCK_STREAM, abstract),
    ]
    servers = []
    for family, kind, address in kinds:
        server = socket.socket(family, kind)
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.settimeout(0.05)
        servers.append(server)
    for name in ("s", "sd"):
        (bait.folder / name).chmod(0o777)
    stop = threading.Event()
    threads = [threading.Thread(target=_hear, args=(s, bait.heard, stop)) for s in servers]
    for thread in threads:
        thread.start()
    try:
        yield {
            "tcp": servers[0].getsockname()[1],
            "udp": servers[1].getsockname()[1],
            "unix": path,
            "unix_datagram": path + "d",
            "abstract": abstract,
        }
    finally:
        stop.set()
        for thread, server in zip(threads, servers, strict=True):
            thread.join()
            server.close()


def _hear(server: socket.socket, heard: list[bytes], stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(TimeoutError):
            if server.type == socket.SOCK_STREAM:
                connection, _ = server.accept()
                connection.close()
                heard.append(b"connected")
            else:
                heard.append(server.recv(100))


PRELUDE = """
import ctypes, errno, json, mmap, os, signal, socket, subprocess, sys, threading, time
BAIT = json.loads(sys.argv[1]); OUT = os.environ["GRADER_OUT"]
LIBC = ctypes.CDLL(None, use_errno=True)
def breach(what):
    print("BREACH", what, flush=True)
    with open(OUT + "/breach", "a") as stream: stream.write(str(what) + "\\n")
def syscall(name, *arguments):
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    value = LIBC.syscall(ctypes.c_long(BAIT["calls"][name]), *wide)
    if value < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return value
"""


def words(source: str, bait: Bait) -> tuple[str, ...]:
    """What follows the interpreter on the command line."""
    return ("-I", "-c", PRELUDE + source, json.dumps(bait.told))
