"""The watchdog: memory, CPU, wall time, threads and disk of the whole tree, 25 times a second."""

import os
import resource
import time
from typing import Any, NamedTuple

from . import cgroup, space
from .tree import Tree, Usage, proportional_mb, without_files_mb

_DISK_SHARE = 0.05
"""Looking at the disk may take this share of the time."""
_FREE_FLOOR = 256 << 20
_FAIR_PART = 0.1
_MB = 1 << 20
_WHOLE_MACHINE = "/proc/vmstat"
"""Counts what the kernel killed for lack of memory from Linux 4.13 on."""


class End(NamedTuple):
    """Why the run was ended: the limit, and what is to be said where its name does not tell."""

    limit: str
    message: str = ""


class Watch:
    """Begins when it is made. `watched`: {"mounted": path} for a file system of the run's own, else
    {"below": [paths]}; {"sockets": path} for the folder that is shared with the host."""

    def __init__(
        self, limits: dict[str, int], watched: dict[str, Any], tree: Tree, uid: int | None
    ) -> None:
        self.limits = limits
        self.watched = watched
        self.tree = tree
        self.uid = uid
        self.peak_mb = 0.0
        self.cpu_seconds = 0.0
        self._usage = Usage()
        self._began = time.monotonic()
        self._seconds = 0.0
        self._next_disk = 0.0
        self._machine_kills = cgroup.memory_kills(_WHOLE_MACHINE)

    def look(self) -> End | None:
        """None while all is within the limits."""
        self._measure()
        used = {
            "wall_s": time.monotonic() - self._began,
            "cpu_s": self.cpu_seconds,
            "processes": len(self._usage.pids),
            "threads": self._usage.threads,
        }
        over = next((name for name, count in used.items() if count > self.limits[name]), "")
        if not over and self._memory_mb() > self.limits["memory_mb"]:
            over = "memory_mb"
        return End(over) if over else self._disk()

    def look_last(self) -> None:
        """The last figures, before everything is killed."""
        self._measure()
        self._seconds = time.monotonic() - self._began

    def sums(self) -> dict[str, float]:
        return {
            "seconds": round(self._seconds, 3),
            "cpu_seconds": round(max(self.cpu_seconds, _reaped_cpu()), 3),
            "memory_mb": round(self.peak_mb, 1),
            "machine_out_of_memory": cgroup.memory_kills(_WHOLE_MACHINE) - self._machine_kills,
        }

    def _measure(self) -> None:
        self._usage = usage = self.tree.look()
        self.cpu_seconds = max(self.cpu_seconds, usage.cpu_seconds + _reaped_cpu())

    def _memory_mb(self) -> float:
        """RSS counts shared pages once for each process: exact, slower figures only above it."""
        used = self._usage.rss_mb
        if used > self.limits["memory_mb"]:
            exact = proportional_mb(self._usage.pids, self.limits["memory_mb"], self.uid)
            used = min(used, without_files_mb(self._usage.pids)) if exact is None else exact
        self.peak_mb = max(self.peak_mb, used)
        return used

    def _disk(self) -> End | None:
        now = time.monotonic()
        if now < self._next_disk:
            return None
        end = self.space_left_none()
        spent = time.monotonic() - now
        self._next_disk = now + min(1.0, spent / _DISK_SHARE)
        return end

    def space_left_none(self) -> End | None:
        """An `End` when the disk budget is used up."""
        most, names = self.limits["disk_mb"] * _MB, self.limits["inodes"]
        held = self._held(names)
        full = False
        if "below" in self.watched:
            about = os.statvfs(self.watched["below"][0])
            full = about.f_bavail * about.f_frsize < _FREE_FLOOR
        if full and whose(held.used_bytes, most) == "host":
            return End("host", "the disk of this machine is full")
        if full or held.used_bytes >= most:
            return End("disk_mb")
        return End("inodes") if held.inodes >= names else None

    def _held(self, names: int) -> space.Space:
        if "mounted" in self.watched:
            held = space.mounted(self.watched["mounted"])
            # One page short of full counts as full: the last write never fits exactly.
            held = space.Space(held.used_bytes + 4 * 4096, held.inodes + 1)
            folders = [self.watched["sockets"]]
        else:
            folders = [*self.watched["below"], self.watched["sockets"]]
            device = os.stat(folders[0]).st_dev  # noqa: PTH116
            held = space.Space(space.unnamed(self._usage.pids, device), 0)
        for folder in folders:
            more = space.below(folder, most_inodes=names)
            held = space.Space(held.used_bytes + more.used_bytes, held.inodes + more.inodes)
        return held


def whose(held_bytes: int, most_bytes: int) -> str:
    """Who filled a disk that is nearly full: the submission where it holds a fair part of what it
    may, so that nobody can blame the machine with a full disk of his own making."""
    return "disk_mb" if held_bytes > most_bytes * _FAIR_PART else "host"


def _reaped_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
