"""A scheduler and workers as processes of this machine, on the tier `replay`."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

GRADER = [sys.executable, "-m", "grader"]
ANSWERED_S = 60.0


def recording(folder: Path) -> Path:
    """A recorded run that answers nothing."""
    (folder / "out").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"status": "finished", "memory_mb": 100.0}))
    (folder / "out" / "answers.json").write_text("{}")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def program(*words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`grader WORDS` while the block lasts, with more in its environment."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [*GRADER, *words], env={**os.environ, **more}, stdout=quiet, stderr=quiet
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> None:
    """Wait until somebody listens there."""
    until = time.monotonic() + ANSWERED_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens at {port}")
