"""What an instructor names on the command line → the notebooks in it, each with an id.

Files, folders, zip archives, archives in folders and in archives, and the layouts that platforms
give to their downloads. The id is a safe folder name, unique in the batch, and stays the same when
the same folder is graded again:

Gradescope   assignment_<id>_export/submission_<id>/…
Canvas       <lastfirst>[_LATE]_<user id>_<submission id>_<file>
Moodle       <full name>_<participant id>_assignsubmission_file[_]/…, or that before the file name
nbgrader     submitted/<student>/<assignment>/…

It keeps what the platform knows the person by, so that grades find their way back.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.records import ARCHIVE, SKIPPED_FOLDERS, SUFFIXES, IntakeError, Record, digest, unpack

__all__ = ["Source", "gather", "safe_id", "unpack"]

MAX_ID = 80
MAX_DEPTH = 3
"""Of archives within archives."""
SCRIPT = ".py"
SNIFFED_BYTES = 1_000_000
PROVIDED = {"unittests", "utils", "helpers", "helper", "setup", "conftest", "__init__", "grader"}
"""Stems of scripts that lie beside notebooks and are no submissions."""
GRADESCOPE = re.compile(r"submission_\d+")
CANVAS = re.compile(r"([^_]+)(?:_LATE)?_(\d+)_(\d+)(?:_.*|\..*)?", re.IGNORECASE | re.DOTALL)
MOODLE = re.compile(r"(.+_\d+_assignsubmission_(?:file|onlinetext))(?:_.*|\..*)?", re.DOTALL)
NBGRADER_STEP = "submitted"
NBGRADER_OTHERS = {"source", "release", "autograded", "feedback", "downloaded"}
BELOW_STEP = 3
"""student/assignment/file"""


class Source(Record):
    """One notebook to grade. `path` is on this machine; `shown` is how the instructor knows it."""

    id: str
    path: Path
    shown: str


@dataclass(frozen=True)
class _File:
    """A notebook that was found. `parts` is its path as platforms wrote it."""

    shown: str
    path: Path
    parts: tuple[str, ...]

    @property
    def stem(self) -> str:
        """Of the file name: "ada" for `ada.ipynb`, also for `ada.ipynb.txt`."""
        name = self.parts[-1]
        suffix = next((one for one in SUFFIXES if name.lower().endswith(one)), "")
        return name[: len(name) - len(suffix)] if suffix else PurePosixPath(name).stem

    @property
    def is_script(self) -> bool:
        return self.path.suffix.lower() == SCRIPT


def safe_id(text: str) -> str:
    """A name for a folder: ASCII letters, digits, `._-`; never empty, never a path."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")[:MAX_ID].strip("-. ")
    return plain or "submission"


def owner(parts: Sequence[str]) -> str:
    """Id of the submission that a file belongs to, "" where no platform's layout is recognised.

    parts: of the path, the file's own name last.
    """
    for place, part in enumerate(parts):
        moodle, canvas = MOODLE.fullmatch(part), CANVAS.fullmatch(part)
        if moodle:
            return moodle[1]
        if GRADESCOPE.fullmatch(part) and place < len(parts) - 1:
            return part
        if canvas:
            return "_".join(canvas.groups())
        if part == NBGRADER_STEP and len(parts) - place > BELOW_STEP:
            return parts[place + 1]
    return ""


def gather(paths: Iterable[Path], *, unpack_into: Path) -> list[Source]:
    """All notebooks below `paths`. Raises IntakeError when a path does not exist or holds none."""
    found: list[_File] = []
    for path in paths:
        here = list(_below(path, unpack_into))
        if not here:
            raise IntakeError(
                f"There is no notebook (*.ipynb) in {path}.",
                what_to_do="Name the folder that holds the submissions.",
            )
        found.extend(here)
    steps = frozenset(part for one in found for part in one.parts[:-1])
    return _with_ids([one for one in found if not not_handed_in(one.parts, steps)] or found)


def _below(path: Path, unpack_into: Path) -> Iterator[_File]:
    if not path.exists():
        raise IntakeError(f"{path} does not exist.", what_to_do="Check the spelling.")
    before = path.resolve().parts[-3:-1]
    if path.is_dir():
        yield from _in_folder(path, unpack_into, (*before, path.resolve().name))
    elif path.suffix.lower() == ARCHIVE:
        folder = unpack(path, unpack_into / safe_id(path.stem))
        yield from _in_folder(folder, unpack_into, (path.stem,))
    else:
        yield _File(path.name, path, (path.name,))


def _in_folder(
    folder: Path, unpack_into: Path, above: tuple[str, ...], depth: int = MAX_DEPTH
) -> Iterator[_File]:
    """above: names of the folders that lead here, as platforms wrote them."""
    found: list[_File] = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_dir() or any(
            part in SKIPPED_FOLDERS or part.startswith(".") for part in relative.parts
        ):
            continue
        one = _File(relative.as_posix(), path, (*above, *relative.parts))
        if path.suffix.lower() == ARCHIVE and depth:
            found += _in_archive(one, unpack_into, depth)
        elif path.name.lower().endswith(SUFFIXES):
            found.append(one)
    yield from _without_modules(found)


def _in_archive(one: _File, unpack_into: Path, depth: int) -> Iterator[_File]:
    """Notebooks of an archive in a folder. One that is refused is a submission that cannot be read:
    it must not stop the class, nor be forgotten."""
    above = (*one.parts[:-1], one.path.stem)
    try:
        place = unpack_into / "within" / digest(above)[:16]
        folder = unpack(one.path, place)
    except IntakeError:
        yield one
        return
    inside = list(_in_folder(folder, unpack_into, above, depth - 1)) if folder.is_dir() else []
    yield from (_File(f"{one.shown}/{each.shown}", each.path, each.parts) for each in inside)
    if not inside and owner(one.parts):
        yield one


def _without_modules(found: Sequence[_File]) -> Iterator[_File]:
    """Notebooks, and scripts that are no part of one: beside a single notebook, or one of the same
    person or name, a script is a module that it uses, or another form of it."""
    notebooks = [one for one in found if not one.is_script]
    beside = Counter(one.parts[:-1] for one in notebooks)
    owners = {owner(one.parts) for one in notebooks} - {""}
    paired = {(one.parts[:-1], one.stem) for one in notebooks}
    for one in found:
        own = owner(one.parts)
        apart = own not in owners if own else beside[one.parts[:-1]] != 1
        pair = (one.parts[:-1], one.stem) in paired
        if not one.is_script or (apart and not pair and _is_submission(one)):
            yield one


def _is_submission(one: _File) -> bool:
    """Whether a script is one, and not a module that was handed out with the assignment."""
    if one.stem.lower() in PROVIDED:
        return False
    try:
        with one.path.open("rb") as file:
            return re.search(rb"\b(keras|tensorflow)\b", file.read(SNIFFED_BYTES)) is not None
    except OSError:
        return False


def _with_ids(found: list[_File]) -> list[Source]:
    """The platform's id where there is one; else the names that tell the students apart."""
    owners = [owner(one.parts) for one in found]
    several = {name for name, count in Counter(owners).items() if count > 1}
    others = iter(_by_names([one for one, name in zip(found, owners, strict=True) if not name]))
    ids = [
        (f"{safe_id(name)}-{safe_id(one.stem)}" if name in several else safe_id(name))
        if name
        else next(others)
        for one, name in zip(found, owners, strict=True)
    ]
    return [
        Source(id=one, path=file.path, shown=file.shown)
        for one, file in zip(_unique(ids), found, strict=True)
    ]


def _by_names(found: Sequence[_File]) -> list[str]:
    """File names where they tell the students apart, else folder names, else the whole path."""
    stems = [safe_id(one.stem) for one in found]
    if len(set(map(str.lower, stems))) == len(stems):
        return stems
    shown = [PurePosixPath(one.shown).parts for one in found]
    level = telling_level([[safe_id(part) for part in parts[:-1]] or [""] for parts in shown])
    if level is not None:
        return [
            safe_id(parts[-2 - level]) if len(parts) > 1 else one
            for parts, one in zip(shown, stems, strict=True)
        ]
    return [safe_id("/".join((*parts[:-1], one))) for parts, one in zip(shown, stems, strict=True)]


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


def not_handed_in(parts: Sequence[str], steps: frozenset[str]) -> bool:
    """Whether a file is one of an nbgrader course that is no submission.

    steps: names of the folders beside it, of the whole batch.
    """
    course = NBGRADER_STEP in steps and bool(steps & NBGRADER_OTHERS)
    return course and bool(set(parts) & NBGRADER_OTHERS) and NBGRADER_STEP not in parts


def telling_level(paths: Sequence[Sequence[str]]) -> int | None:
    """The level, counted from the file upwards (0), at which the names tell all paths apart."""
    depth = min((len(one) for one in paths), default=0)
    for level in range(depth):
        names = [one[-1 - level].lower() for one in paths]
        if len(set(names)) == len(names):
            return level
    return None
