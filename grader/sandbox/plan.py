"""What both supervised tiers make of a job: words with the placeholders filled in, limits."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.records import Limits, SandboxError
from grader.sandbox.machine import runtime
from grader.sandbox.machine.groups import group_parent
from grader.sandbox.machine.users import threads_of_user
from grader.sandbox.seam import Job

_BACKSTOP_MB = 2048
_CPU_BACKSTOP = 2
"""Times the limit. The kernel counts whole ticks: beside a process that sleeps and wakes between
them, one that computes was seen to be killed at 7 s with 5.2 s of processor time."""
_THREADS_ABOVE = 64
_BESIDE = "../"


@dataclass(frozen=True)
class Plan:
    """A job in the words of one tier."""

    job: Job
    argv: tuple[str, ...]
    env: dict[str, str]
    links: dict[str, str]
    """Path in the work folder → what the link says."""
    beside: dict[str, str]
    """The same beside the work folder, for tiers in which that stands among the run's own."""

    def relative_links(self, work: Path) -> list[tuple[str, str]]:
        """(path, what the link says) of all links in and beside this work folder."""
        links = [(work / name, goal) for name, goal in self.links.items()]
        links += [(work.parent / name, goal) for name, goal in self.beside.items()]
        return [(str(path), goal) for path, goal in links]

    def order(self, scratch: Path, uid: int | None, writable: Iterable[str]) -> dict[str, Any]:
        """The part of the supervisor's order that is equal in both tiers.
        writable: folders of the run's disk that are the submission's."""
        folder, disk = self.job.folder.resolve(), scratch / "m"
        (folder / "in").mkdir(parents=True, exist_ok=True)
        homes = [f"home/{name}" for name in runtime.HOME_FOLDERS]
        return {
            "own_disk": False,
            "staged": [],
            "copied": [],
            "scratch": str(scratch),
            "disk": str(disk),
            "uid": uid,
            "cgroup": group_parent(),
            "limits": self.job.limits.model_dump(),
            "console": str(folder / "console.log"),
            "out": str(disk / "out"),
            "kept": str(folder / "out"),
            "files": [],
            "links": [(str(disk / "work" / name), goal) for name, goal in self.links.items()],
            "writable": [*(str(disk / name) for name in (*writable, *homes)), f"{scratch}/sock"],
            "command": [],
        }


def plan_job(job: Job, paths: dict[str, str]) -> Plan:
    """Fill in the placeholders. SandboxError for a link that leaves the work folder."""
    env = {**runtime.environment(paths), **{k: fill(v, paths) for k, v in job.env.items()}}
    argv = tuple(fill(word, paths) for word in job.argv)
    if argv[0] == sys.executable:
        argv = (paths["python"], *argv[1:])
    if not os.path.isabs(argv[0]):  # noqa: PTH117 - a path inside
        raise SandboxError(f"The program {argv[0]!r} must be named by its full path.")
    links = {_plain(name): fill(target, paths) for name, target in job.links.items()}
    beside = {
        _plain(name[len(_BESIDE) :]): fill(goal, paths)
        for name, goal in job.roots.items()
        if name.startswith(_BESIDE) and name.split("/")[1] not in paths  # one of the run's own
    }
    return Plan(job, argv, env, links, beside)


def fill(text: str, paths: dict[str, str]) -> str:
    """Replace `{name}` by its path; other braces stay as they are (arguments may be JSON)."""
    for name, path in paths.items():
        text = text.replace(f"{{{name}}}", path)
    return text


def _plain(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise SandboxError(f"A link must lie in the work folder: {name!r}.")
    return str(path)


def rlimits(limits: Limits, *, own_namespace: bool, uid: int | None = None) -> dict[str, int]:
    """Name in `resource` → value, soft and hard. No RLIMIT_AS: TensorFlow maps gigabytes that it
    never touches. RLIMIT_DATA is a backstop between two looks of the watchdog, RLIMIT_CPU one for a
    watchdog that looks no more. RLIMIT_NPROC counts by user: per user namespace from Linux 5.14 on,
    else everything of that user, so what runs already is added. It lies above the watched limit, so
    that a fork bomb is ended by name instead of spinning on errors. `uid`: of the sandbox, when it
    has one of its own."""
    alone = uid is not None or (own_namespace and _release() >= (5, 14))
    others = 0 if alone else threads_of_user()
    return {
        "CORE": 0,
        "CPU": _CPU_BACKSTOP * limits.cpu_s,
        "DATA": (limits.memory_mb + _BACKSTOP_MB) << 20,
        "FSIZE": limits.file_mb << 20,
        "NOFILE": limits.open_files,
        "NPROC": limits.threads + _THREADS_ABOVE + others,
        "MEMLOCK": 1 << 20,
        "MSGQUEUE": 0,
    }


def _release() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()) or 0)
