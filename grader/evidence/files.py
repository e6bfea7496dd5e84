"""Files that a sandbox left, read as if an enemy had put them there (he may have).

Only regular files with one name, of a bounded size, directly in the folder; never through a link,
never waiting on a FIFO or device. Refusals are ValueErrors with words for a student.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

SLICE = 256 * 1024
"""Bytes read at once."""
MAX_ENTRIES = 1000
Folder = int | Path
"""A descriptor; a path where a system cannot open files by descriptors of folders (Windows, where
only a student's own notebook is run)."""
BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd


def _flags(*names: str) -> int:
    """Those of the flags that this system has."""
    return os.O_RDONLY | sum(getattr(os, name, 0) for name in names)


OPEN_FOLDER = _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
OPEN_FILE = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Folder | None]:
    """A descriptor of the folder itself; None when it is missing, a link, or no folder."""
    if not BY_DESCRIPTOR:
        yield folder if folder.is_dir() and not folder.is_symlink() else None
        return
    try:
        handle = os.open(folder, OPEN_FOLDER)
    except OSError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def names(folder: Folder) -> tuple[str, ...]:
    """Names in the folder, at most MAX_ENTRIES, in order."""
    with os.scandir(folder) as entries:
        return tuple(sorted(entry.name for entry in islice(entries, MAX_ENTRIES)))


@contextlib.contextmanager
def regular(folder: Folder, name: str, max_bytes: int) -> Iterator[tuple[int, int]]:
    """(descriptor, size in bytes) of a regular file. ValueError for anything else."""
    try:
        if isinstance(folder, Path):
            handle = os.open(folder / name, OPEN_FILE)
        else:
            handle = os.open(name, OPEN_FILE, dir_fd=folder)
    except (OSError, ValueError):
        raise ValueError("cannot be opened as a plain file") from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError("not a plain file")
        if facts.st_nlink != 1:
            raise ValueError("has more than one name")
        if facts.st_size > max_bytes:
            raise ValueError(f"larger than {max_bytes:,} bytes")
        yield handle, facts.st_size
    finally:
        os.close(handle)


def read(folder: Folder, name: str, max_bytes: int) -> bytes:
    """All bytes of a regular file. ValueError for anything else, and when it is too large."""
    with regular(folder, name, max_bytes) as (handle, _):
        data = bytearray()
        while part := os.read(handle, min(SLICE, max_bytes + 1 - len(data))):
            data += part
    if len(data) > max_bytes:
        raise ValueError(f"larger than {max_bytes:,} bytes")
    return bytes(data)


def sha256_of_slice(handle: int, offset: int, length: int) -> str:
    """Hash of a part of an open file. ValueError when the file ends before it."""
    total = hashlib.sha256()
    end = offset + length
    os.lseek(handle, offset, os.SEEK_SET)
    while offset < end:
        part = os.read(handle, min(SLICE, end - offset))
        if not part:
            raise ValueError("shorter than its list of arrays says")
        total.update(part)
        offset += len(part)
    return total.hexdigest()
