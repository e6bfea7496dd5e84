"""Zip archives: only notebooks, scripts and further archives come out, never past their folder."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from grader.records.errors import IntakeError

SUFFIXES = (".ipynb", ".ipynb.json", ".ipynb.txt", ".py")
ARCHIVE = ".zip"
MAX_ARCHIVE_MEMBERS = 20_000
MAX_ARCHIVE_BYTES = 4 * 1024**3
MAX_RATIO = 200
SKIPPED_FOLDERS = {".ipynb_checkpoints", "__MACOSX", ".git", ".venv", "node_modules"}


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack what may be handed in; refuses unsafe paths, links, bombs. Raises IntakeError."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [one for one in opened.infolist() if not one.is_dir()]
            _refuse_bomb(archive, members)
            for member in members:
                if _wanted(member.filename):
                    _extract(opened, member, folder)
    except IntakeError:
        raise
    except Exception as problem:  # zipfile raises half a dozen kinds for what is broken
        raise IntakeError(
            f"{archive.name} is no zip archive that can be read ({problem}).",
            what_to_do="Download it again.",
        ) from problem
    return folder


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name.lower().endswith((*SUFFIXES, ARCHIVE)) and not any(
        part in SKIPPED_FOLDERS or part.startswith("._") for part in parts
    )


def _refuse_bomb(archive: Path, members: list[zipfile.ZipInfo]) -> None:
    total = sum(one.file_size for one in members)
    packed = max(1, archive.stat().st_size)
    if len(members) > MAX_ARCHIVE_MEMBERS or total > MAX_ARCHIVE_BYTES:
        raise IntakeError(f"{archive.name} is too large to unpack ({len(members)} files).")
    if total / packed > MAX_RATIO and total > MAX_RATIO * 1024**2:
        raise IntakeError(f"{archive.name} unpacks to {total / packed:.0f} times its size.")


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    is_link = (member.external_attr >> 16) & 0o170000 == stat.S_IFLNK
    if is_link or any(part in ("..", "/") or ":" in part for part in parts):
        raise IntakeError(f"{member.filename!r} in the archive is a link or leaves the archive.")
    target = folder.joinpath(*(part.replace("\0", "") for part in parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)
