"""What a process and everything below it uses, read from /proc.

Below = by parent, so the supervisor must be a child subreaper: what is left behind by its parent
then still hangs on the supervisor.
"""

import os
import select
import signal
from contextlib import suppress
from typing import NamedTuple

from . import kernel, launch

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MB = 1 << 20
_FORGET_AFTER = 25
_ANSWER_MS = 500


class Process(NamedTuple):
    """One line of /proc/PID/stat."""

    pid: int
    parent: int
    threads: int
    cpu_seconds: float
    rss_bytes: int


class Usage(NamedTuple):
    """Sums over the tree. `cpu_seconds` includes children that were waited for."""

    pids: tuple[int, ...] = ()
    threads: int = 0
    cpu_seconds: float = 0.0
    rss_mb: float = 0.0


def read(pid: int) -> Process | None:
    """None when it is gone, or hidden from us."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:  # noqa: PTH123 - read 20 times a second
            text = stream.read()
    except OSError:
        return None
    # The name is in parentheses and may itself contain any byte, ")" too.
    fields = text[text.rindex(b")") + 2 :].split()
    return Process(
        pid=pid,
        parent=int(fields[1]),
        threads=int(fields[17]),
        cpu_seconds=sum(int(field) for field in fields[11:15]) / _TICKS,
        rss_bytes=int(fields[21]) * _PAGE,
    )


class Tree:
    """All descendants of `root`, itself not counted. Keeps the pids that were seen to belong to
    others, so that one look costs a listing of /proc and one small read for each process of ours,
    however busy the machine is."""

    def __init__(self, root: int) -> None:
        self.root = root
        self._foreign: set[int] = set()
        self._looks = 0

    def look(self, fresh: bool = False) -> Usage:
        self._looks += 1
        if fresh or self._looks % _FORGET_AFTER == 0:
            self._foreign.clear()  # a pid of theirs may have become one of ours
        pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208
        self._foreign &= pids
        seen = [read(pid) for pid in pids - self._foreign]
        alive = {process.pid: process for process in seen if process}
        ours = self._descendants(alive)
        self._remember_foreign(alive, ours)
        return Usage(
            pids=tuple(ours),
            threads=sum(process.threads for process in ours.values()),
            cpu_seconds=sum(process.cpu_seconds for process in ours.values()),
            rss_mb=sum(process.rss_bytes for process in ours.values()) / _MB,
        )

    def _remember_foreign(self, alive: dict[int, Process], ours: dict[int, Process]) -> None:
        """Foreign: the whole way up is known not to be ours. One whose parent vanished while we
        looked may be ours under its next parent: not remembered."""
        waiting = {pid: process.parent for pid, process in alive.items() if pid not in ours}
        grown = True
        while grown:
            foreign = {pid for pid, up in waiting.items() if up == 0 or up in self._foreign}
            self._foreign |= foreign - {self.root}
            waiting = {pid: up for pid, up in waiting.items() if pid not in foreign}
            grown = bool(foreign)

    def _descendants(self, alive: dict[int, Process]) -> dict[int, Process]:
        children: dict[int, list[int]] = {}
        for process in alive.values():
            children.setdefault(process.parent, []).append(process.pid)
        ours: dict[int, Process] = {}
        waiting = list(children.get(self.root, ()))
        while waiting:
            pid = waiting.pop()
            if pid not in ours:
                ours[pid] = alive[pid]
                waiting.extend(children.get(pid, ()))
        return ours


def proportional_mb(
    pids: tuple[int, ...], enough_mb: float, uid: int | None = None
) -> float | None:
    """Memory with shared pages counted once (PSS), and so is a child that still has its parent's
    (vfork, by which `subprocess` begins); None where the kernel will not tell. Stops as soon as
    `enough_mb` is passed: with hundreds of processes every look is slow. uid: of the processes;
    where we may not look (root of a container), a child of that user may."""
    exact = _proportional_mb(pids, enough_mb)
    return _asked_as(uid, pids, enough_mb) if exact is None and uid is not None else exact


def without_files_mb(pids: tuple[int, ...]) -> float:
    """An upper bound that every user may ask for: what is in no file, and of files (libraries,
    mostly the same ones) as much as the process with the most of them has."""
    own = files = 0
    for pid in pids:
        with suppress(OSError), open(f"/proc/{pid}/status", "rb") as stream:  # noqa: PTH123
            rows = [line.split() for line in stream if line.startswith(b"Rss")]
            kilobytes = {row[0]: int(row[1]) for row in rows}
            own += kilobytes.get(b"RssAnon:", 0) + kilobytes.get(b"RssShmem:", 0)
            files = max(files, kilobytes.get(b"RssFile:", 0))
    return (own + files) / 1024


def _asked_as(uid: int, pids: tuple[int, ...], enough_mb: float) -> float | None:
    """The same by a short-lived child of that user. The submission may be able to stop or kill it:
    then there is no answer."""
    answer, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            launch.change_user(uid)
            os.write(write, repr(_proportional_mb(pids, enough_mb)).encode())
        finally:
            os._exit(0)
    os.close(write)
    waiting = select.poll()
    waiting.register(answer, select.POLLIN)
    said = os.read(answer, 100) if waiting.poll(_ANSWER_MS) else b""
    os.close(answer)
    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return float(said) if said and said != b"None" else None


def _proportional_mb(pids: tuple[int, ...], enough_mb: float) -> float | None:
    total = 0
    for pid in pids:
        if total > enough_mb * 1024:
            break
        process = read(pid)
        if process and process.parent in pids and kernel.share_memory(pid, process.parent):
            continue
        try:
            with open(f"/proc/{pid}/smaps_rollup", "rb") as stream:  # noqa: PTH123
                lines = stream.read().splitlines()
        except ProcessLookupError:
            continue
        except OSError:
            if read(pid) is None:
                continue
            return None
        total += sum(int(line.split()[1]) for line in lines if line.startswith(b"Pss:"))
    return total / 1024


def kill_all(tree: Tree) -> None:
    """SIGSTOP first, so that nothing forks away between the look and the kill; then SIGKILL."""
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in tree.look(fresh=True).pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def reap() -> list[tuple[int, int]]:
    """Collect every child that has ended: (pid, wait status)."""
    ended: list[tuple[int, int]] = []
    with suppress(ChildProcessError):
        while (child := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(child)
    return ended
