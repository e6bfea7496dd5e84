"""Archives that were handed in: which there are, what is taken out of them, within which bounds.

An archive of others may be hostile: nothing but plain files inside one folder comes out of it. A
tar has no directory: entries are looked at one after the other, and the bounds are held before the
bytes of an entry, or of what is said about it, are read, so that a small file cannot become a large
one on the way.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

from grader.records.errors import GraderError, IntakeError
from grader.records.temporary import is_full, why_not_written
from grader.records.zips import Bounds, Entries, Refused, problem_of, unpack_zip, write_entry

PACKINGS = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
    b"\x5d\0\0": lzma.open,
}
"""First bytes of a packed tar → what opens it."""
ABOUT_BYTES = 1 << 20
"""Read at once of what is said about an entry."""
BESIDE_BYTES = 4096
"""What usual archivers write about an entry, and fill up behind it."""


def unpack_tar(
    archive: Path,
    folder: Path,
    bounds: Bounds,
    wanted: Callable[[PurePosixPath], str],
    whole: Callable[[PurePosixPath], bool],
) -> None:
    """Write the wanted files below `folder`. Raises Refused, and OSError when the disk is full.

    wanted: the kind of a file, "" for what stays in. whole: whether more than its first bytes are
    wanted.
    """
    try:
        with _opened(archive) as plain:
            most = min(bounds.total_bytes, _most(archive, bounds))
            stream = _Bounded(plain, most + bounds.entries * BESIDE_BYTES)
            with tarfile.TarFile(fileobj=stream) as opened:
                folder.mkdir(parents=True, exist_ok=True)
                _entries(opened, stream, archive, folder, bounds, wanted, whole)
    except Refused:
        raise
    except Exception as problem:  # tarfile and zlib raise half a dozen kinds for what is broken
        if isinstance(problem, OSError) and problem.errno is not None:
            raise
        raise Refused("damaged", f"it is damaged ({problem})", problem) from problem


def _most(archive: Path, bounds: Bounds) -> int:
    """So many bytes may come out of it."""
    return max(bounds.small_bytes, bounds.ratio * archive.stat().st_size)


def _opened(archive: Path) -> IO[bytes]:
    """The tar that is packed in the file, as a stream."""
    with archive.open("rb") as stream:
        first = stream.read(max(map(len, PACKINGS)))
    how: Any = next((how for sign, how in PACKINGS.items() if first.startswith(sign)), open)
    plain: IO[bytes] = how(archive, "rb")
    return plain


class _Bounded(io.RawIOBase):
    """A stream that ends the reading where an archive is not what it says: `tarfile` reads what is
    said about an entry (a long name, a table of words, holes) whole, before anybody is asked."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        """most: place beyond which nothing may lie."""
        self._stream, self._most = stream, most
        self.left = ABOUT_BYTES
        """So much may be read until it is set anew."""

    def read(self, size: int = -1) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise Refused("large", "it says too much about an entry", "an entry without end")
        return self._stream.read(size)

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if not 0 <= place <= self._most:
            raise Refused("large", "an entry is larger than it says", "an entry without end")
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _entries(
    opened: tarfile.TarFile,
    stream: _Bounded,
    archive: Path,
    folder: Path,
    bounds: Bounds,
    wanted: Callable[[PurePosixPath], str],
    whole: Callable[[PurePosixPath], bool],
) -> None:
    total = 0
    for count, entry in enumerate(opened, start=1):
        total += max(entry.size, 0)
        stream.left = ABOUT_BYTES
        if count > bounds.entries or total > bounds.total_bytes:
            raise Refused("large", "it has too many entries or is large", f"{count} files")
        if total > _most(archive, bounds):
            size = max(archive.stat().st_size, 1)
            raise Refused("grows", "it grows too much", f"{total / size:.0f}")
        path = path_of(entry.name)
        kind = wanted(path)
        if not kind or entry.isdir():
            continue
        if not _is_plain(entry, path, bounds):
            if kind == "other":
                continue  # an odd name of a picture is no reason to refuse the notebook beside it
            raise Refused("entry", f"{entry.name[:80]!r} is no plain file in it", entry.name[:80])
        if entry.size > bounds.file_bytes:
            raise Refused("large", f"{entry.name[:80]!r} is too large", f"{count} files")
        stream.left += entry.size
        with opened.extractfile(entry) or io.BytesIO() as content:  # a file is never None
            write_entry(content, folder / path, entry.size, whole=whole(path))
        stream.left = ABOUT_BYTES


def _is_plain(entry: tarfile.TarInfo, path: PurePosixPath, bounds: Bounds) -> bool:
    """Whether it is a file, and lies in the folder."""
    leaves = path.is_absolute() or ".." in path.parts or ":" in str(path) or "\0" in str(path)
    return entry.isreg() and not leaves and len(path.parts) <= bounds.depth


MAX_NAME_BYTES = 200
"""Of a file or folder: disks take 255, and a name may get something behind it."""
SUFFIXES = (".ipynb", ".ipynb.json", ".ipynb.txt", ".py")
ARCHIVE = ".zip"
TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ARCHIVES = (ARCHIVE, *TARS)
PROGRAMS = (".exe", ".dll", ".so", ".dylib", ".bat", ".cmd", ".msi", ".scr", ".pyc")
"""Never unpacked, not even to say what they are."""
LEFT_ABOUT = {"thumbs.db", "desktop.ini", "icon\r", "__macosx", "__pycache__", "$recycle.bin",
              "system volume information", "venv", "node_modules", "site-packages"}  # fmt: skip
"""Files and folders, in small letters, that systems and tools leave and nobody hands in; likewise
all with a dot or `~$` in front."""
TEXTS = {".txt", ".json", ".html", ".htm", ""}
"""May be notebooks by what stands in them."""
DRIVE = re.compile(r"[A-Za-z]:")
HIDDEN = re.compile(r"~\$|\.(?!\.?$)")
Kind = Literal["notebook", "archive", "other", ""]
HANDED_IN = Bounds(total_bytes=4 << 30, small_bytes=200 << 20, file_bytes=4 << 30, depth=1_000)
"""A whole class may be one archive, and text shrinks well."""
SAID = {
    "large": "{archive} is too large to unpack ({subject}).",
    "grows": "{archive} unpacks to {subject} times its size.",
    "entry": "{subject!r} in the archive is a link or leaves the archive, or is packed in an "
    "unusual way.",
    "damaged": "{archive} is no archive that can be read ({subject}).",
}
"""Why a submission's archive was refused, for the one who handed it in."""


def path_of(name: str) -> PurePosixPath:
    """The path of an entry, spelled so that every disk takes it: a long name loses its middle, and
    a colon is one only behind the letter of a drive, which leads out. In the archive of a class an
    odd name must not refuse the others."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = (
        path.parts if DRIVE.match(str(path)) else (part.replace(":", "_") for part in path.parts)
    )
    return PurePosixPath(*map(_shortened, parts))


def _shortened(part: str) -> str:
    told = part.encode("utf-8", "surrogateescape")
    if len(told) <= MAX_NAME_BYTES:
        return part
    ends = (told[: MAX_NAME_BYTES // 2], told[-MAX_NAME_BYTES // 4 :])
    head, tail = (end.decode("utf-8", "ignore") for end in ends)
    return f"{head}-{hashlib.sha256(told).hexdigest()[:8]}-{tail}"


def kind_of(path: PurePosixPath) -> Kind:
    """What a file may be by its name, "" for what nobody hands in."""
    parts = [part.lower() for part in path.parts]
    if not parts or any(part in LEFT_ABOUT or HIDDEN.match(part) for part in parts):
        return ""
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("archive", ARCHIVES), ("notebook", SUFFIXES), ("other", ("",)),
    )  # fmt: skip
    return next(kind for kind, endings in kinds if parts[-1].endswith(endings))


def unpack(archive: Path, folder: Path, bounds: Bounds | None = None) -> Path:
    """Unpack what may be handed in: notebooks, scripts and further archives whole, of all else only
    what says its kind; the folder. bounds: other ones than HANDED_IN.

    Names are taken as archivers of all systems write them, and the later of two entries counts.
    IntakeError for what leaves the folder, links, bombs and what cannot be read; GraderError where
    our disk is full.
    """
    bounds = bounds or HANDED_IN
    try:
        if archive.name.lower().endswith(ARCHIVE):
            unpack_zip(archive, folder, bounds, _handed_in, whole=_is_read)
        else:
            unpack_tar(archive, folder, bounds, kind_of_entry, whole=_is_read)
    except (Refused, OSError) as problem:
        if isinstance(problem, OSError) and is_full(problem):
            raise GraderError(
                f"{archive.name} could not be unpacked: {why_not_written(problem)}.",
                what_to_do=f"Make room in {folder.parent}, or set TMPDIR to another disk.",
            ) from problem
        why = problem if isinstance(problem, Refused) else Refused("damaged", "", problem.strerror)
        raise IntakeError(
            SAID[why.kind].format(archive=archive.name, subject=why.subject),
            what_to_do="Download it again." if why.kind == "damaged" else "",
        ) from problem
    return folder


class Budget:
    """What the archives in one that was handed in may still become: all of them together no more
    than one may by itself, however deep they lie in each other."""

    def __init__(self, archive: Path) -> None:
        total = min(HANDED_IN.total_bytes, _most(archive, HANDED_IN))
        self._left = replace(HANDED_IN, total_bytes=total)

    def unpack(self, archive: Path, folder: Path) -> Path:
        """As the function of that name. What was unpacked before is taken off the bounds; of what
        is refused nothing stays."""
        try:
            return unpack(archive, folder, self._left)
        except IntakeError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            sizes = [path.stat().st_size for path in folder.rglob("*")]
            self._left = replace(
                self._left,
                entries=max(0, self._left.entries - max(1, len(sizes))),
                total_bytes=max(0, self._left.total_bytes - sum(sizes)),
            )


def _handed_in(entries: list[zipfile.ZipInfo]) -> Entries:
    for entry in entries:
        path = path_of(entry.filename)
        kind = kind_of_entry(path)
        # an odd name of a picture is no reason to refuse the notebook beside it
        if kind and (kind != "other" or not problem_of(entry, path, HANDED_IN)):
            yield entry, path


def kind_of_entry(path: PurePosixPath) -> Kind:
    """Likewise, of what may be unpacked."""
    return "" if path.name.lower().endswith(PROGRAMS) else kind_of(path)


def _is_read(path: PurePosixPath) -> bool:
    """Whether its whole content is wanted: of a picture or a film the first bytes are enough."""
    return kind_of(path) != "other" or path.suffix.lower() in TEXTS
