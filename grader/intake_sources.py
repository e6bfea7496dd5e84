"""What an instructor names on the command line → the notebooks in it, each with an id.

Files, folders and zip archives. The id is a safe folder name, unique in the batch, and stays the
same when the same folder is graded again.
"""

from __future__ import annotations

import re
import shutil
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from grader.errors import IntakeError
from grader.records import Record

SUFFIXES = (".ipynb",)
MAX_ARCHIVE_MEMBERS = 20_000
MAX_ARCHIVE_BYTES = 4 * 1024**3
MAX_RATIO = 200
MAX_ID = 80
SKIPPED_FOLDERS = {".ipynb_checkpoints", "__MACOSX", ".git", ".venv", "node_modules"}


class Source(Record):
    """One notebook to grade. `path` is on this machine; `shown` is how the instructor knows it."""

    id: str
    path: Path
    shown: str


def safe_id(text: str) -> str:
    """A name for a folder: ASCII letters, digits, `._-`; never empty, never a path."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")[:MAX_ID].strip("-. ")
    return plain or "submission"


def gather(paths: Iterable[Path], *, unpack_into: Path) -> list[Source]:
    """All notebooks below `paths`. Raises IntakeError when a path does not exist or holds none."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        here = list(_below(path, unpack_into))
        if not here:
            raise IntakeError(
                f"There is no notebook (*.ipynb) in {path}.",
                what_to_do="Name the folder that holds the submissions.",
            )
        found.extend(here)
    return _with_ids(found)


def _below(path: Path, unpack_into: Path) -> Iterator[tuple[str, Path]]:
    if not path.exists():
        raise IntakeError(f"{path} does not exist.", what_to_do="Check the spelling.")
    if path.is_dir():
        yield from _in_folder(path)
    elif path.suffix.lower() == ".zip":
        yield from _in_folder(unpack(path, unpack_into / safe_id(path.stem)))
    else:
        yield path.name, path


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part in SKIPPED_FOLDERS or part.startswith(".") for part in relative.parts)
        if path.suffix.lower() in SUFFIXES and not hidden and not path.is_dir():
            yield relative.as_posix(), path


def _with_ids(found: list[tuple[str, Path]]) -> list[Source]:
    """File names where they tell the students apart, else folder names, else both.

    Of folders the innermost that does, as in `<student>/<assignment>/notebook.ipynb`.
    """
    stems = [safe_id(PurePosixPath(shown).stem) for shown, _ in found]
    levels = _folder_names([PurePosixPath(shown) for shown, _ in found])
    telling = [one for one in (stems, *levels) if len(set(map(str.lower, one))) == len(one)]
    if telling:
        ids = telling[0]
    else:
        ids = [safe_id(PurePosixPath(shown).with_suffix("").as_posix()) for shown, _ in found]
    return [
        Source(id=one, path=path, shown=shown)
        for one, (shown, path) in zip(_unique(ids), found, strict=True)
    ]


def _folder_names(paths: list[PurePosixPath]) -> list[list[str]]:
    """The names of the folders that hold them, from the innermost outwards, as far as all go."""
    depth = min((len(path.parts) for path in paths), default=1) - 1
    return [[safe_id(path.parts[-2 - level]) for path in paths] for level in range(depth)]


def _unique(ids: list[str]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    names = set(map(str.lower, ids))
    for one in ids:
        key = one.lower()
        taken[key] += 1
        number = taken[key]
        candidate = one
        while number > 1 and (candidate := f"{one}-{number}").lower() in names:
            number += 1
        names.add(candidate.lower())
        yield candidate


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the notebooks of a zip; refuses unsafe paths, links, bombs. Raises IntakeError."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [one for one in opened.infolist() if not one.is_dir()]
            _refuse_bomb(archive, members)
            wanted = [one for one in members if _is_notebook(one.filename)]
            for member in wanted:
                _extract(opened, member, folder)
    except IntakeError:
        raise
    except Exception as problem:  # zipfile raises half a dozen kinds for what is broken
        raise IntakeError(
            f"{archive.name} is no zip archive that can be read ({problem}).",
            what_to_do="Download it again.",
        ) from problem
    return folder


def _is_notebook(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name.lower().endswith(SUFFIXES) and not any(
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
