"""The user a submission runs as: never host root; where we are root, a uid of its own per run."""

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from grader.records import SandboxError

_WANTED = range(70_000, 80_000)
_SMALL = range(20_000, 60_000)
"""For containers that map only 65536 uids."""


def sandbox_uid() -> int | None:
    """None as an ordinary user (nothing to change to); else a uid that has no process and no name.
    SandboxError where root cannot change its user."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - not on Windows, where nobody is root

    candidates = _WANTED if _mapped(_WANTED.stop) else _SMALL
    busy = {entry.pw_uid for entry in pwd.getpwall()} | {uid for _, uid in _processes()}
    for _ in range(100):
        uid = random.choice(candidates)  # noqa: S311 - only has to differ from the others
        if uid not in busy and _mapped(uid):
            return uid
    raise SandboxError("No free user id was found for the sandbox.")


def _mapped(uid: int) -> bool:
    try:
        lines = Path("/proc/self/uid_map").read_text("ascii").splitlines()
    except OSError:
        return True
    ranges = [(int(first), int(count)) for first, _, count in (line.split() for line in lines)]
    return any(first <= uid < first + count for first, count in ranges)


def _processes() -> Iterator[tuple[Path, int]]:
    """Folder in /proc and uid of everything that runs now."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield folder, folder.stat().st_uid


def threads_of_user() -> int:
    """Threads that run under our uid now."""
    total = 0
    for folder, uid in _processes():
        if uid == os.getuid():
            with suppress(OSError):
                total += len(os.listdir(folder / "task"))  # noqa: PTH208 - names only
    return total
