"""Temporary folders that say whose they are, so that the next start removes those of the dead.

The name holds the owner's process id, its start and the boot of the machine:
`g-run-1f3a.2c5d.9d04e1-…`. Process ids mean something within one namespace of them only, so that is
part of the last word.
"""

import contextlib
import errno
import functools
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from grader.records.errors import GraderError

NAME = re.compile(r"g-[a-z]+-(?P<pid>[0-9a-f]+)\.(?P<start>[0-9a-f]+)\.(?P<boot>[0-9a-f]{6})-.*")
SHORT = Path("/tmp")  # noqa: S108 - mkdtemp makes what is in it private
"""The path of a socket must be short, and not every folder for temporary files is."""


def make_scratch(kind: str, within: Path | None = None) -> Path:
    """A new private folder, `within` or where temporary files go. kind: a word of small letters.
    Raises GraderError where none can be made. The first call of a process removes what dead ones
    left."""
    _clear_once()
    try:
        return Path(tempfile.mkdtemp(prefix=f"g-{kind}-{_owner(os.getpid())}-", dir=within))
    except OSError as problem:
        where = within or Path(tempfile.gettempdir())
        raise GraderError(
            f"No temporary folder could be made in {where}: {why_not_written(problem)}.",
            what_to_do="Make room there, or set TMPDIR to a folder on another disk.",
        ) from problem


@contextlib.contextmanager
def scratch(kind: str, within: Path | None = None) -> Iterator[Path]:
    """A folder of `make_scratch` that is gone after the block."""
    folder = make_scratch(kind, within)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_full(problem: OSError) -> bool:
    """Whether a disk, or the share of it that we may have, has no room left."""
    return problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def why_not_written(problem: OSError) -> str:
    """In a person's words: above all a disk that is full."""
    if is_full(problem):
        where = f" of {problem.filename}" if problem.filename else ""
        return f"the disk{where} is full"
    return (problem.strerror or str(problem)).lower()


def left_behind() -> list[Path]:
    """Temporary folders of this user whose owners are dead."""
    places = {Path(tempfile.gettempdir()), SHORT}
    folders = [path for place in places if place.is_dir() for path in place.glob("g-*-*")]
    return sorted(path for path in folders if _is_left(path))


@functools.cache
def _clear_once() -> None:
    """What cannot be removed stays for the next start."""
    for folder in left_behind():
        shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Never one of another user, of another namespace of processes, or of a living process."""
    match = NAME.fullmatch(folder.name)
    if match is None:
        return False
    try:
        facts = folder.lstat()
    except OSError:
        return False
    if folder.is_symlink() or (hasattr(os, "getuid") and facts.st_uid != os.getuid()):
        return False
    if match["boot"] != _boot():  # its machine was started anew, or it is another's
        return facts.st_mtime < psutil.boot_time()
    return folder.name.split("-")[2] != _owner(int(match["pid"], 16))


def _owner(pid: int) -> str:
    """`pid.start.boot` of a process, with start "0" where there is no such process."""
    return f"{pid:x}.{_start(pid):x}.{_boot()}"


def _start(pid: int) -> int:
    """Ticks since the boot on Linux, where the clock may be set meanwhile; else whole seconds."""
    try:
        if Path("/proc/self/stat").exists():
            return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19])
        return int(psutil.Process(pid).create_time())
    except (OSError, ValueError, IndexError, psutil.Error):
        return 0


@functools.cache
def _boot() -> str:
    """Six digits of this boot and this namespace of process ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        boot += str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:  # not Linux
        boot = str(int(psutil.boot_time()))
    return hashlib.sha256(boot.encode()).hexdigest()[:6]
