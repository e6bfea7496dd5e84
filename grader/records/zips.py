"""Zip archives: those of others are unpacked within bounds, our own are the same bytes each time.

An archive that came from elsewhere may be hostile. All its entries are looked at before the first
byte is written, and nothing but plain files inside one folder comes out of it.
"""

import stat
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from grader.records.errors import AssetError

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every entry that we write: zip knows none before it."""
FIRST_BYTES = 1024
"""They say what kind of file it is."""


@dataclass(frozen=True)
class Bounds:
    """What an archive may hold at most."""

    entries: int = 20_000
    total_bytes: int = 2_000_000_000
    ratio: int = 200
    """Unpacked over packed bytes of the whole; images hardly shrink at all."""
    small_bytes: int = 1 << 20
    """Up to so many bytes in all the ratio does not matter."""
    file_bytes: int = 64_000_000
    depth: int = 6
    """Parts of a path."""


class Refused(ValueError):
    """Why an archive is not unpacked: of which kind, in words, and about what."""

    def __init__(
        self, kind: Literal["large", "grows", "entry", "damaged"], why: str, subject: object
    ) -> None:
        super().__init__(why)
        self.kind, self.subject = kind, subject


def unpack_checked(archive: Path, folder: Path, bounds: Bounds | None = None) -> None:
    """Unpack published data into `folder`, which must be new or empty.

    Refused with an AssetError: absolute paths, `..`, backslashes, drive letters, control
    characters, links and devices, two entries of one name, encryption, and more or larger files
    than `bounds` allows (counted while writing, too: the directory of an archive may lie).
    """
    try:
        unpack_zip(archive, folder, bounds or Bounds(), _published)
    except Refused as refused:
        raise AssetError(
            f"The archive {archive.name} was not unpacked: {refused}.",
            what_to_do="Delete it and fetch it again; "
            "if that does not help, its publisher changed it.",
        ) from refused


Entries = Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]


def unpack_zip(
    archive: Path,
    folder: Path,
    bounds: Bounds,
    chosen: Callable[[list[zipfile.ZipInfo]], Entries],
    whole: Callable[[PurePosixPath], bool] = lambda path: True,
) -> None:
    """Raises Refused, and OSError when the disk is full.

    chosen: the entries that are wanted, each with its path; may refuse some for reasons of its own.
    whole: whether more than the first bytes of a file are wanted.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _bounded(opened.infolist(), archive.stat().st_size, bounds)
            files = list(chosen(opened.infolist()))
            for entry, path in files:
                if problem := problem_of(entry, path, bounds):
                    raise _refused(entry, problem)
            folder.mkdir(parents=True, exist_ok=True)
            for entry, path in files:
                if entry.is_dir():
                    continue
                with opened.open(entry) as packed:
                    if not write_entry(packed, folder / path, entry.file_size, whole=whole(path)):
                        raise _refused(entry, "is larger than it says")
    except (Refused, OSError):
        raise
    except Exception as problem:  # zipfile raises half a dozen kinds for what is broken
        raise Refused("damaged", f"it is damaged ({problem})", problem) from problem


def _bounded(entries: list[zipfile.ZipInfo], size: int, bounds: Bounds) -> None:
    """size: of the archive; entries that share their bytes cannot claim more than that."""
    count, total = len(entries), sum(entry.file_size for entry in entries)
    packed = max(1, min(size, sum(entry.compress_size for entry in entries)))
    if count > bounds.entries:
        why = f"it has {count} entries, more than {bounds.entries}"
        raise Refused("large", why, f"{count} files")
    if total > bounds.total_bytes:
        why = f"it would unpack to {total} bytes, more than {bounds.total_bytes}"
        raise Refused("large", why, f"{count} files")
    if total > bounds.small_bytes and total > bounds.ratio * packed:
        why = f"it would grow {total // packed} times when unpacked"
        raise Refused("grows", why, f"{total / packed:.0f}")


def _refused(entry: zipfile.ZipInfo, problem: str) -> Refused:
    return Refused("entry", f"the entry {entry.filename[:80]!r} {problem}", entry.filename)


def problem_of(entry: zipfile.ZipInfo, path: PurePosixPath, bounds: Bounds) -> str:
    """Why an entry must not be unpacked; "" where it may."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or ":" in str(path):
        return "leads out of the folder"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by an unusual method"  # of others `zipfile` reads any size at once
    if len(path.parts) > bounds.depth:
        return "is too deep"
    if entry.file_size > bounds.file_bytes:
        return f"has {entry.file_size} bytes, more than {bounds.file_bytes}"
    return ""


def _published(entries: list[zipfile.ZipInfo]) -> Entries:
    """All; whoever publishes data has no reason for an odd name or packing."""
    seen: set[str] = set()
    for entry in entries:
        # `orig_filename` is what the archive says; `filename` was cut at a NUL and mended.
        said, path = entry.orig_filename, PurePosixPath(entry.filename)
        if not said or any(ord(sign) < ord(" ") for sign in said):
            raise _refused(entry, "has a control character in its name")
        if "\\" in said or ":" in said:
            raise _refused(entry, "leads out of the folder")
        if entry.flag_bits & 0x1:
            raise _refused(entry, "is encrypted")
        if str(path).casefold() in seen:
            why = f"it has two entries {entry.filename[:80]!r}"
            raise Refused("entry", why, entry.filename)
        seen.add(str(path).casefold())
        yield entry, path


def write_entry(packed: IO[bytes], target: Path, size: int, *, whole: bool) -> bool:
    """A new file with what is packed, or with its first bytes; False where that is more than the
    `size` that its archive says."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with target.open("xb") as stream:
        while piece := packed.read(1 << 20 if whole else FIRST_BYTES):
            size -= len(piece)
            if size < 0:
                return False
            stream.write(piece)
            if not whole:
                break
    return True


def write_zip(
    target: Path | IO[bytes],
    files: Iterable[tuple[str, bytes | Path]],
    *,
    smaller: bool = True,
    executable: Container[str] = (),
) -> None:
    """Write an archive of `files`, in the order of their names: equal files, equal bytes.

    files: path in the archive → its bytes, or the file that has them; a path that ends in `/` is a
    folder. smaller: deflated, else as they are (images do not shrink). executable: names of files
    that may be run, in whatever folder. Raises OSError.
    """
    method = zipfile.ZIP_DEFLATED if smaller else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in sorted(files, key=lambda file: file[0]):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.compress_type = 3, method  # modes are those of Unix
            runs = name.endswith("/") or PurePosixPath(name).name in executable
            kind = stat.S_IFDIR if entry.is_dir() else stat.S_IFREG
            entry.external_attr = (kind | (0o755 if runs else 0o644)) << 16
            archive.writestr(entry, content.read_bytes() if isinstance(content, Path) else content)
