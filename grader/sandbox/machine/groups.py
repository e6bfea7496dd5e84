"""Where on this machine control groups of our own may be made: tried, never guessed."""

import os
from functools import lru_cache
from pathlib import Path

from grader.records import Limits
from grader.sandbox.guard import cgroup

VARIABLE = "GRADER_CGROUP"
"""Names a folder of the hierarchy that was handed over to us; it comes first."""
WATCHED = "memory is watched 25 times a second, not reserved by a control group"


@lru_cache(maxsize=1)
def group_parent() -> str:
    """The folder below which runs get their groups; "" where there is none."""
    for folder in _candidates():
        trial = cgroup.make(folder, Limits().model_dump(), own_disk=False)
        if trial is not None:
            trial.remove()
            cgroup.sweep(folder)
            return folder
    return ""


def lacking() -> tuple[str, ...]:
    """What a tier has to say about memory."""
    return () if group_parent() else (WATCHED,)


def _candidates() -> list[str]:
    """The one that was named, ours (where it is the root of what we see), the one around ours."""
    found = [os.environ[VARIABLE]] if os.environ.get(VARIABLE) else []
    root, own = _mounted(), _own()
    if root and own is not None:
        ours = Path(root + own)
        found += [str(ours)] if own == "/" else [str(ours.parent), str(ours)]
    return found


def _mounted() -> str:
    """Where cgroup v2 is mounted, or ""."""
    for line in _lines("/proc/self/mounts"):
        words = line.split()
        if len(words) > 2 and words[2] == "cgroup2":  # noqa: PLR2004 - source, place, kind
            return words[1].rstrip("/")
    return ""


def _own() -> str | None:
    """Our own group below that."""
    for line in _lines("/proc/self/cgroup"):
        if line.startswith("0::/"):
            return line[3:].rstrip("\n")
    return None


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
