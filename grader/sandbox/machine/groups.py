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
    folders = [os.environ[VARIABLE]] if os.environ.get(VARIABLE) else []
    own = [line[3:] for line in _lines("/proc/self/cgroup") if line.startswith("0::/")]
    mounts = [line.split() for line in _lines("/proc/self/mounts")]  # source, place, kind …
    root = next((words[1].rstrip("/") for words in mounts if words[2] == "cgroup2"), "")
    if root and own:
        ours = Path(root + own[0])
        folders += [str(ours)] if own[0] == "/" else [str(ours.parent), str(ours)]
    return folders


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
