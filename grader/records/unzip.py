"""Unpacks an archive that came from elsewhere: plain files inside one folder, nothing else."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.records.errors import AssetError

CHUNK = 1 << 20


@dataclass(frozen=True)
class Bounds:
    """What an archive may hold at most."""

    entries: int = 20_000
    file_bytes: int = 64_000_000
    total_bytes: int = 2_000_000_000
    ratio: int = 200
    """Unpacked over packed bytes of the whole; images hardly shrink at all."""
    depth: int = 6


def unpack_checked(archive: Path, folder: Path, bounds: Bounds | None = None) -> None:
    """Unpack into `folder`, which must be new or empty.

    Refused with an AssetError: absolute paths, `..`, backslashes, drive letters, control
    characters, links and devices, two entries of one name, encryption, and more or larger files
    than `bounds` allows (counted while writing, too: the directory of an archive may lie).
    """
    bounds = bounds or Bounds()
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _examined(opened.infolist(), archive.name, bounds)
            folder.mkdir(parents=True, exist_ok=True)
            for path, entry in entries:
                _write(opened, entry, folder / path, archive.name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError) as error:
        raise _refuse(archive.name, f"it is damaged ({error})") from error


def _refuse(name: str, why: str) -> AssetError:
    return AssetError(
        f"The archive {name} was not unpacked: {why}.",
        what_to_do="Delete it and fetch it again; if that does not help, its publisher changed it.",
    )


def _examined(
    entries: list[zipfile.ZipInfo], name: str, bounds: Bounds
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The files to write, when all entries are harmless."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > bounds.entries:
        raise _refuse(name, f"it has {len(entries)} entries, more than {bounds.entries}")
    if total > bounds.total_bytes:
        raise _refuse(name, f"it would unpack to {total} bytes, more than {bounds.total_bytes}")
    if total > CHUNK and total > bounds.ratio * max(packed, 1):
        raise _refuse(name, f"it would grow {total // max(packed, 1)} times when unpacked")
    seen: set[str] = set()
    files = []
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if problem := _problem(entry, path, bounds):
            raise _refuse(name, f"the entry {entry.filename[:80]!r} {problem}")
        if str(path).casefold() in seen:
            raise _refuse(name, f"it has two entries {entry.filename[:80]!r}")
        seen.add(str(path).casefold())
        if not entry.is_dir():
            files.append((path, entry))
    return files


def _problem(entry: zipfile.ZipInfo, path: PurePosixPath, bounds: Bounds) -> str:
    # `orig_filename` is what the archive says; `filename` was cut at a NUL and mended.
    said = entry.orig_filename
    if not said or any(ord(sign) < ord(" ") for sign in said):
        return "has a control character in its name"
    if path.is_absolute() or "\\" in said or ":" in said or ".." in path.parts:
        return "leads out of the folder"
    if len(path.parts) > bounds.depth:
        return "is too deep"
    return _bad_kind(entry) or (
        f"has {entry.file_size} bytes, more than {bounds.file_bytes}"
        if entry.file_size > bounds.file_bytes
        else ""
    )


def _bad_kind(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by an unusual method"
    return ""


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(entry) as packed, target.open("xb") as stream:
        while piece := packed.read(CHUNK):
            written += len(piece)
            if written > entry.file_size:
                raise _refuse(name, f"the entry {entry.filename[:80]!r} is larger than it says")
            stream.write(piece)
