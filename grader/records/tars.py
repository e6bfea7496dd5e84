"""Tar archives that were handed in, unpacked within the same bounds as zips.

A tar has no directory: entries are looked at one after the other, and the bounds are held before
the bytes of an entry are read, so that a small file cannot become a large one on the way.
"""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from grader.records.zips import Bounds, Refused


def unpack_tar(
    archive: Path, folder: Path, bounds: Bounds, wanted: Callable[[PurePosixPath], bool]
) -> None:
    """Write the wanted files below `folder`. Raises Refused, and OSError when the disk is full."""
    try:
        with tarfile.open(archive) as opened:
            folder.mkdir(parents=True, exist_ok=True)
            _entries(opened, archive.stat().st_size, folder, bounds, wanted)
    except Refused:
        raise
    except Exception as problem:  # tarfile and zlib raise half a dozen kinds for what is broken
        if isinstance(problem, OSError) and problem.errno is not None:
            raise
        raise Refused("damaged", f"it is damaged ({problem})", problem) from problem


def _entries(
    opened: tarfile.TarFile,
    size: int,
    folder: Path,
    bounds: Bounds,
    wanted: Callable[[PurePosixPath], bool],
) -> None:
    total = 0
    for count, entry in enumerate(opened, start=1):
        total += max(entry.size, 0)
        if count > bounds.entries or total > bounds.total_bytes:
            raise Refused("large", f"it has more than {bounds.entries} entries or is large", count)
        if total > bounds.small_bytes and total > bounds.ratio * size:
            raise Refused("grows", "it grows too much", f"{total / max(size, 1):.0f}")
        path = PurePosixPath(entry.name.replace("\\", "/"))
        if not wanted(path) or entry.isdir():
            continue
        leaves = path.is_absolute() or ".." in path.parts or ":" in str(path) or "\0" in str(path)
        if leaves or not entry.isreg() or len(path.parts) > bounds.depth:
            raise Refused("entry", f"{entry.name[:80]!r} is no plain file in it", entry.name[:80])
        if entry.size > bounds.file_bytes:
            raise Refused("large", f"{entry.name[:80]!r} is too large", count)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        stream = opened.extractfile(entry)
        if stream is not None:
            with stream, target.open("xb") as file:
                shutil.copyfileobj(stream, file)
