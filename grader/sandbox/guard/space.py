"""How much a folder that a submission may write to holds, and how to take it away again.

Both walk with descriptors and a list of their own: students' folders may be thousands of levels
deep, and names may be swapped for links while we look.
"""

import os
import stat
from contextlib import suppress
from typing import NamedTuple

_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_LONGEST_PATH = 3800
_VAIN_ROUNDS = 3


class Space(NamedTuple):
    """Bytes as allocated on disk, and the number of names."""

    used_bytes: int
    inodes: int


def mounted(path: str) -> Space:
    about = os.statvfs(path)
    used = (about.f_blocks - about.f_bfree) * about.f_frsize
    return Space(used, about.f_files - about.f_ffree)


def below(path: str, *, most_inodes: int) -> Space:
    """Walk `path`; ends early once more than `most_inodes` names were seen. Folders too deep to be
    named by one path (nobody needs them, things can be hidden there) count as too many names."""
    used = inodes = 0
    deep = False
    waiting = [path]
    while waiting and not deep and inodes <= most_inodes:
        folder = waiting.pop()
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    inodes += 1
                    used += about.st_blocks * 512
                    if stat.S_ISDIR(about.st_mode):
                        waiting.append(entry.path)
                        deep = deep or len(entry.path) > _LONGEST_PATH
                if inodes > most_inodes:
                    break
    return Space(used, most_inodes + 1 if deep else inodes)


def unnamed(pids: tuple[int, ...], device: int) -> int:
    """Bytes in files that are open but have no name any more, each counted once. Sees only
    processes whose descriptors we may look at; others count as nothing."""
    sizes: dict[int, int] = {}
    for pid in pids:
        with suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208
                with suppress(OSError):
                    about = os.stat(f"/proc/{pid}/fd/{name}")  # noqa: PTH116
                    if about.st_nlink == 0 and about.st_dev == device:
                        sizes[about.st_ino] = about.st_blocks * 512
    return sum(sizes.values())


def remove(path: str) -> None:
    """Delete a tree of any depth, owned by anyone we may act for. Missing is fine. Folders inside
    folders are first moved up to the top, so that two descriptors are enough."""
    try:
        top = os.open(path, _DIRECTORY)
    except OSError:
        return
    try:
        with suppress(OSError):
            os.fchmod(top, 0o700)
        _empty(top)
    finally:
        os.close(top)
    with suppress(OSError):
        os.rmdir(path)  # noqa: PTH106


def _empty(top: int) -> None:
    moved = vain = 0
    while vain < _VAIN_ROUNDS and (names := os.listdir(top)):
        vain += 1
        for name in names:
            if _unlink(name, top):
                vain = 0
                continue
            moved = _flatten(name, top, moved)
            with suppress(OSError):
                os.rmdir(name, dir_fd=top)
                vain = 0


def _flatten(name: str, top: int, moved: int) -> int:
    """Empty the folder `name`: files are deleted, folders get a new name at the top."""
    try:
        inner = _open_closed(name, top)
    except OSError:
        return moved
    try:
        if os.fstat(inner).st_dev != os.fstat(top).st_dev:
            return moved  # something is mounted here: never delete what is not ours
        with suppress(OSError):
            os.fchmod(inner, 0o700)
        for below_name in os.listdir(inner):  # noqa: PTH208
            if not _unlink(below_name, inner):
                moved += 1
                with suppress(OSError):
                    os.chmod(below_name, 0o700, dir_fd=inner, follow_symlinks=True)
                with suppress(OSError):
                    os.rename(below_name, f".moved-{moved}", src_dir_fd=inner, dst_dir_fd=top)
    finally:
        os.close(inner)
    return moved


def _open_closed(name: str, top: int) -> int:
    """Open a folder that its owner may have shut against himself."""
    try:
        return os.open(name, _DIRECTORY, dir_fd=top)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=top)
        return os.open(name, _DIRECTORY, dir_fd=top)


def _unlink(name: str, folder: int) -> bool:
    """True when it is gone; False for a folder or what may not be deleted."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
