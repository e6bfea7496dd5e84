"""Tier `landlock`: no namespaces, for inside containers and where user namespaces are refused.

Landlock (files, TCP, signals and abstract sockets where the kernel has them), seccomp, rlimits,
no_new_privs; as root a uid of its own for every run. As an ordinary user the submission has the
grader's own uid, so the filter is stricter: changing modes, owners and times does nothing. Paths
inside are paths of the host; the run's folders lie in a scratch folder and are watched.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from grader.records import SandboxError, lead
from grader.sandbox import calls
from grader.sandbox.guard import kernel
from grader.sandbox.machine import groups, runtime
from grader.sandbox.machine.reach import Reach
from grader.sandbox.plan import plan_job, rlimits
from grader.sandbox.seam import Job, Running, Sandbox
from grader.sandbox.supervised import start_supervised

_TRUNCATE_ABI, _SCOPE_ABI = 3, 6
_OWN_PID = 0x7F000001
"""Stands for the submission's pid in the filter until it is known; larger than any pid."""
_KERNEL_FILES = (
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version"),
    *("/proc/filesystems", "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/osrelease"),
    "/sys/devices/system/cpu",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_OWN = ("work", "out", "tmp", "home")


class Landlock(Sandbox):
    name = "landlock"

    def __init__(self) -> None:
        self.abi = kernel.landlock_abi()
        if not self.abi:
            raise SandboxError("This kernel has no Landlock, or it is switched off.")

    @property
    def lacks(self) -> tuple[str, ...]:
        lacking = [
            "that files exist, their sizes and times can be seen, their content not",
            "the list of processes can be seen",
            "disk space is watched, not reserved",
            *groups.lacking(),
            "no private /tmp: in a notebook's code it is read as a folder of the run's own",
        ]
        if os.geteuid() != 0:
            lacking.append("it runs as the same user as the grader")
        if self.abi < _SCOPE_ABI:
            lacking.append("signals are held back by the system-call filter alone")
        return tuple(lacking)

    def start(self, job: Job) -> Running:
        return start_supervised(job, partial(self._order, job))

    def _order(self, job: Job, scratch: Path, uid: int | None) -> dict[str, Any]:
        reach = Reach(uid)
        paths = _paths(job, scratch, reach)
        programs = _programs(job, Path(paths["inside"]), reach)
        plan = plan_job(job, paths)
        rules = calls.rules(
            connect=False,
            signals_of=_OWN_PID if uid is None and self.abi < _SCOPE_ABI else None,
            limits_of=_OWN_PID if uid is None else None,
            pretend=uid is None,
            truncate=self.abi >= _TRUNCATE_ABI,
        )
        return {
            **plan.order(scratch, uid, _OWN),
            "links": plan.relative_links(scratch / "m" / "work"),
            "copied": [(str((job.folder / "in").resolve()), paths["in"])],
            "policy": {
                "argv": plan.argv,
                "env": {**plan.env, **reach.environment()},
                "cwd": paths["work"],
                "rlimits": rlimits(job.limits, own_namespace=False, uid=uid),
                "landlock": _rules(job, paths, reach, programs),
                "seccomp": calls.assemble(rules).hex(),
                "own_pid": _OWN_PID,
                "uid": uid,
                "die_with_parent": True,
            },
            "watched": {"sockets": paths["sock"], "below": [paths[name] for name in _OWN]},
        }


def _paths(job: Job, scratch: Path, reach: Reach) -> dict[str, str]:
    """Placeholder → path; what the sandbox's user cannot walk to is copied to where it can."""
    own = {name: str(scratch / "m" / name) for name in (*_OWN, "in")}
    mounts = {mount.name: str(reach.place(mount.source.resolve())) for mount in job.mounts}
    return {
        **mounts,
        **own,
        "sock": str(scratch / "sock"),
        "inside": str(scratch / "inside"),
        "python": str(reach.python()),
    }


def _programs(job: Job, folder: Path, reach: Reach) -> list[Path]:
    """Links to the parts of `grader_inside` below the folder; where these are really."""
    inside = reach.place(runtime.INSIDE)
    parts = []
    for name in runtime.programs(measures=job.measures):
        parts.append(inside / Path(name).name)
        lead(folder / name, parts[-1])
    for place in (folder, folder / runtime.NAME):
        place.chmod(0o755)
    return parts


def _rules(
    job: Job, paths: dict[str, str], reach: Reach, programs: list[Path]
) -> list[tuple[str, str]]:
    readable = [*runtime.SYSTEM, *runtime.CONFIGURATION, *reach.runtime()]
    hidden = runtime.hidden()
    rules = [rule for path in readable for rule in around(path, hidden)]
    names = ("in", "inside", *(mount.name for mount in job.mounts))
    rules += [(paths[name], "read") for name in names]
    rules += [(str(part), "read") for part in programs]
    rules += [(path, "read") for path in _KERNEL_FILES]
    rules += [(path, "device") for path in _DEVICES]
    rules += [(paths[name], "write") for name in _OWN]
    return [*rules, (paths["sock"], "sockets")]


def around(path: Path, hidden: tuple[Path, ...]) -> list[tuple[str, str]]:
    """Rules to read `path` but nothing below `hidden`: Landlock can only add. On the way down to a
    hidden folder every neighbour gets a rule of its own."""
    real = path.resolve()
    below = [folder for folder in hidden if runtime.within(folder, real)]
    if not below:
        return [(str(path), "read")]
    rules = [(str(path), "names")]
    if real in below:
        return rules
    for child in sorted(real.iterdir()):
        rules += around(child, tuple(below)) if not child.is_symlink() else []
    return rules
