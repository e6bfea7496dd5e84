"""Copy what a submission left into a clean folder, when no process of it can change it any more.

Only regular files with one name and plain names, by descriptors, within a budget of files and
bytes. What is refused is said in words, at most `MAX_REFUSED` of them.
"""

import os
import stat
from contextlib import suppress

MAX_FILES = 2000
MAX_DEPTH = 4
MAX_REFUSED = 20
_MAX_ENTRIES = 20_000
_CHUNK = 1 << 20
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_LONGEST_NAME = 120
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Budget:
    """What may still be copied; counts down."""

    def __init__(
        self,
        bytes_left: int,
        file_bytes: int,
        files_left: int = MAX_FILES,
        entries_left: int = _MAX_ENTRIES,
    ) -> None:
        self.bytes_left = bytes_left
        self.file_bytes = file_bytes
        self.files_left = files_left
        self.entries_left = entries_left
        self.refused: list[str] = []

    def refuse(self, name: str, why: str) -> None:
        if len(self.refused) < MAX_REFUSED:
            shown = name.encode("unicode_escape").decode("ascii")[:80]
            self.refused.append(f"{shown}: {why}")


def plain(name: str) -> bool:
    """Letters, digits, `_`, and behind the first of them also `.` and `-`."""
    letters = frozenset(name[1:]) - {".", "-"}
    return bool(name) and len(name) <= _LONGEST_NAME and letters | {name[0]} <= _LETTERS


def copy_out(source: str, target: str, budget: Budget) -> list[str]:
    """Copy the tree `source` to `target` (made if missing). Returns what was refused."""
    os.makedirs(target, mode=0o755, exist_ok=True)  # noqa: PTH103
    try:
        here = os.open(source, _DIRECTORY)
    except OSError:
        budget.refuse("out", "is no longer a folder")
        return budget.refused
    there = os.open(target, _DIRECTORY)
    try:
        _copy_folder(here, there, "", MAX_DEPTH, budget)
    finally:
        os.close(here)
        os.close(there)
    return budget.refused


def _copy_folder(here: int, there: int, path: str, depth: int, budget: Budget) -> None:
    with os.scandir(here) as entries:
        names = []
        for entry in entries:
            budget.entries_left -= 1
            if budget.entries_left < 0:
                budget.refuse(path or ".", "holds too many files")
                break
            names.append(entry.name)
    for name in sorted(names):
        shown = f"{path}{name}"
        if not plain(name):
            budget.refuse(shown, "has a name with other than plain letters, digits, . _ -")
        elif stat.S_ISDIR(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
            _enter(here, there, name, f"{shown}/", depth, budget)
        else:
            _copy_file(here, there, name, shown, budget)


def _enter(here: int, there: int, name: str, path: str, depth: int, budget: Budget) -> None:
    if depth <= 0:
        budget.refuse(path, "is too many folders deep")
        return
    try:
        inner = os.open(name, _DIRECTORY, dir_fd=here)
    except OSError:
        budget.refuse(path, "cannot be opened")
        return
    try:
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=there)
        outer = os.open(name, _DIRECTORY, dir_fd=there)
        try:
            _copy_folder(inner, outer, path, depth - 1, budget)
        finally:
            os.close(outer)
    finally:
        os.close(inner)


def _copy_file(here: int, there: int, name: str, shown: str, budget: Budget) -> None:
    try:
        source = os.open(name, _FILE, dir_fd=here)
    except OSError:
        budget.refuse(shown, "is no regular file, or cannot be opened")
        return
    try:
        if why := _not_wanted(os.fstat(source), budget):
            budget.refuse(shown, why)
        else:
            _copy_bytes(source, there, name, budget)
    finally:
        os.close(source)


def _not_wanted(about: os.stat_result, budget: Budget) -> str:
    if not stat.S_ISREG(about.st_mode):
        return "is no regular file"
    if about.st_nlink != 1:
        return "has a second name (hard link)"
    if about.st_size > budget.file_bytes:
        return "is larger than one file may be"
    if about.st_size > budget.bytes_left:
        return "does not fit into what may be kept"
    if budget.files_left <= 0:
        return "is one file too many"
    return ""


def _copy_bytes(source: int, there: int, name: str, budget: Budget) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    budget.files_left -= 1
    with os.fdopen(os.open(name, flags, 0o644, dir_fd=there), "wb") as target:
        left = min(budget.file_bytes, budget.bytes_left)
        while left > 0 and (chunk := os.read(source, min(_CHUNK, left))):
            left -= len(chunk)
            budget.bytes_left -= len(chunk)
            target.write(chunk)
