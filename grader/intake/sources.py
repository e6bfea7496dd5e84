"""What an instructor names on the command line → the notebooks in it, each with an id.

Files, folders, zip archives, archives in folders and in archives, and the layouts that platforms
give to their downloads. The id is a safe folder name, unique in the batch, and stays the same when
the same folder is graded again:

Gradescope   assignment_<id>_export/submission_<id>/…
Canvas       <lastfirst>[_LATE]_<user id>_<file id>_<file>, anon[_LATE]_<anonymous id>_…
Moodle       <full name>_<participant id>_assignsubmission_file[_]/…, or that before the file name
nbgrader     submitted/<student>/<assignment>/…

It keeps what the platform knows the person by, so that grades find their way back.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.intake.read import SCRIPT
from grader.records import (
    ARCHIVES,
    SUFFIXES,
    TEXTS,
    Budget,
    IntakeError,
    Record,
    digest,
    kind_of,
    unpack,
)

MAX_ID = 80
KEPT_END = 40
"""Of a longer one: platforms write their numbers at the end."""
OTHER_WORD = re.compile(r"(?<![A-Za-z0-9])[^\x00-\x7f]*[^\W\x00-\x7f][^\x00-\x7f]*(?![A-Za-z0-9])")
"""A word without any letter that ASCII has."""
MAX_DEPTH = 3
"""Of archives within archives."""
CELL = re.compile(rb'"cell_type"\s*:')
"""In a notebook, whatever it is called."""
LEARNING = re.compile(rb"\b(keras|tensorflow)\b|\.(compile|fit)\(")
"""In a script that trains a network, whose imports may have got lost."""
SNIFFED_BYTES = 1_000_000
PACKED = {".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".lz", ".z", ".cab"}
"""Of archives that are not opened."""
USUAL = frozenset({"utils", "helpers", "helper", "setup", "conftest", "__init__", "grader"})
"""Stems of scripts that lie beside notebooks everywhere and are no submissions."""
GRADESCOPE = re.compile(r"submission_\d+")
CANVAS = re.compile(
    r"(?:(anon)(?:_LATE)?_([a-z0-9]{5,})|(.+?)(?:_LATE)?_(\d+))_(\d+)(?:_.*|\..*)?",
    re.IGNORECASE | re.DOTALL,
)
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
    """A notebook that is there. `parts` is its path as platforms wrote it."""

    shown: str
    path: Path
    parts: tuple[str, ...]

    @property
    def stem(self) -> str:
        """Of the file name: "ada" for `ada.ipynb`, also for `ada.ipynb.txt`."""
        name = self.parts[-1]
        suffix = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")
        return name[: len(name) - len(suffix)] if suffix else PurePosixPath(name).stem

    @property
    def is_script(self) -> bool:
        return self.path.suffix.lower() == SCRIPT

    @property
    def is_work(self) -> bool:
        """Whether a file of another kind may be all that somebody handed in, wherever it lies: an
        archive, or a notebook under another name."""
        name = self.path.name.lower()
        packed = self.path.suffix.lower() in PACKED or name.endswith(ARCHIVES)
        return packed or (self.path.suffix.lower() in TEXTS and self.holds(CELL))

    def holds(self, words: re.Pattern[bytes]) -> bool:
        """Whether they stand in it."""
        try:
            with self.path.open("rb") as stream:
                return words.search(stream.read(SNIFFED_BYTES)) is not None
        except OSError:
            return False


def safe_id(text: str) -> str:
    """A name for a folder: ASCII letters, digits, `._-`; never empty, never a path.

    A short hash stands for each word of other letters, and for the middle of a long name: who is
    called so keeps the id, and shares it with nobody.
    """
    spelled = unicodedata.normalize("NFKD", text)
    spelled = OTHER_WORD.sub(lambda word: digest(word[0])[:8], spelled)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", spelled.encode("ascii", "ignore").decode())
    plain = plain.strip("-. ")
    if len(plain) > MAX_ID:
        middle = f"-{digest(plain)[:8]}-"
        plain = plain[: MAX_ID - KEPT_END - len(middle)] + middle + plain[-KEPT_END:]
    return plain or f"submission-{digest(text)[:8]}"


def owner(parts: Sequence[str]) -> str:
    """Id of the submission that a file belongs to, "" where no platform's layout is recognised.

    parts: of the path, the file's own name last.
    """
    for index, part in enumerate(parts):
        moodle, canvas = MOODLE.fullmatch(part), CANVAS.fullmatch(part)
        if moodle:
            return moodle[1]
        if GRADESCOPE.fullmatch(part) and index < len(parts) - 1:
            return part
        if canvas:
            return "_".join(filter(None, canvas.groups()))
        if part == NBGRADER_STEP and len(parts) - index > BELOW_STEP:
            return parts[index + 1]
    return ""


def gather(
    paths: Iterable[Path],
    *,
    unpack_into: Path,
    provided: Iterable[str] = (),
    left_out: list[str] | None = None,
) -> list[Source]:
    """All notebooks below `paths`. Raises IntakeError when a path does not exist or holds none.

    provided: file names of scripts that an assignment hands out: they are no submissions.
    left_out: gets the names of files beside the notebooks of a class of which nothing says whether
    somebody handed them in.
    """
    handed_out = USUAL.union(PurePosixPath(name).stem.lower() for name in provided)
    search = _Search(unpack_into, handed_out, [] if left_out is None else left_out)
    files: list[_File] = []
    for path in paths:
        here = list(search.below(path))
        if not here:
            raise IntakeError(
                f"There is no notebook (*.ipynb) in {path}.",
                what_to_do="Name the folder that holds the submissions.",
            )
        files.extend(here)
    steps = {part for file in files for part in file.parts[:-1]}
    if NBGRADER_STEP in steps and steps & NBGRADER_OTHERS:  # of the course, only what came back
        handed_in = [
            file
            for file in files
            if NBGRADER_STEP in file.parts or not NBGRADER_OTHERS.intersection(file.parts)
        ]
        files = handed_in or files
    return _with_ids(files)


@dataclass(frozen=True)
class _Search:
    """One search for notebooks, through folders and archives."""

    unpack_into: Path
    handed_out: frozenset[str]
    """Stems of scripts that are no submissions."""
    left_out: list[str]
    """Names of files that may be instructions, or all that somebody handed in."""

    def below(self, path: Path) -> Iterator[_File]:
        """What is in a file, a folder or an archive."""
        if not path.exists():
            raise IntakeError(f"{path} does not exist.", what_to_do="Check the spelling.")
        if path.is_dir():
            yield from self._in_folder(path, path.resolve().parts[-3:])
        elif path.name.lower().endswith(ARCHIVES):
            folder = unpack(path, self.unpack_into / safe_id(path.stem))
            yield from self._in_folder(folder, (path.stem,))
        else:
            yield _File(path.name, path, (path.name,))

    def _in_folder(
        self,
        folder: Path,
        above: tuple[str, ...],
        depth: int = MAX_DEPTH,
        budget: Budget | None = None,
    ) -> Iterator[_File]:
        """above: names of the folders that lead here, as platforms wrote them. budget: of the
        archive that it was handed in with."""
        files: list[_File] = []
        others: list[_File] = []
        for path in sorted(folder.rglob("*")):
            relative = PurePosixPath(path.relative_to(folder).as_posix())
            kind = "" if path.is_dir() else kind_of(relative)
            if not kind:
                continue
            file = _File(str(relative), path, (*above, *relative.parts))
            opens = kind == "archive" and depth and not path.is_symlink()  # to somebody else's
            inside = self._in_archive(file, depth, budget or Budget(path)) if opens else []
            files += [file] if kind == "notebook" else inside
            others += [file] if kind != "notebook" and not inside else []
        handed_in = list(self._without_modules(files))
        yield from handed_in
        yield from _instead_of_notebooks(others, handed_in, self.left_out)

    def _in_archive(self, archive: _File, depth: int, budget: Budget) -> list[_File]:
        """Notebooks of an archive in a folder. One that is refused is a submission that cannot be
        read: it must not stop the class, nor be forgotten."""
        above = (*archive.parts[:-1], archive.path.stem)
        try:
            folder = budget.unpack(archive.path, self.unpack_into / "within" / digest(above)[:16])
        except IntakeError:
            return [archive]
        inside = self._in_folder(folder, above, depth - 1, budget) if folder.is_dir() else ()
        return [_File(f"{archive.shown}/{file.shown}", file.path, file.parts) for file in inside]

    def _without_modules(self, files: Sequence[_File]) -> Iterator[_File]:
        """Notebooks, and scripts that are no part of one: beside a single notebook, or one of the
        same person or name, a script is a module that it uses, or another form of it."""
        notebooks = [file for file in files if not file.is_script]
        beside = Counter(file.parts[:-1] for file in notebooks)
        owners = {_person(file.parts) for file in notebooks} - {""}
        paired = {(file.parts[:-1], file.stem) for file in notebooks}
        for file in files:
            own = _person(file.parts)
            apart = own not in owners if own else beside[file.parts[:-1]] != 1
            pair = (file.parts[:-1], file.stem) in paired
            if not file.is_script or (apart and not pair and self._is_submission(file)):
                yield file

    def _is_submission(self, script: _File) -> bool:
        """Whether a script is one, and not a module that was handed out with the assignment."""
        return script.stem.lower() not in self.handed_out and script.holds(LEARNING)


def _person(parts: Sequence[str]) -> str:
    """Whose file it is: Canvas numbers each file of a person anew, Moodle keeps texts apart."""
    own = owner(parts)
    if MOODLE.fullmatch(own):
        return own.rpartition("_assignsubmission_")[0]
    return own.rpartition("_")[0] if own and CANVAS.fullmatch(own) else own


def _instead_of_notebooks(
    others: Sequence[_File], handed_in: Sequence[_File], left_out: list[str]
) -> Iterator[_File]:
    """One file of everybody who handed in something else: it is held, and nobody is forgotten.

    Where files do not say whose they are, a folder beside those of other students does, or what
    the file is; a sheet of instructions beside the notebooks of a class is nobody's, and what lies
    beside the one notebook in a folder belongs to that.
    """
    served = {_person(file.parts) for file in handed_in}
    above = {folder for file in handed_in for folder in PurePosixPath(file.shown).parents}
    students = Counter(folder.parent for folder in above if folder.name)
    beside = Counter(PurePosixPath(file.shown).parent for file in handed_in)
    named = {(PurePosixPath(file.shown).parent, file.stem) for file in handed_in}
    for file in others:
        person, folders = _person(file.parts), list(PurePosixPath(file.shown).parents)[::-1]
        own = next((folder for folder in folders if folder not in above), None)
        folder = folders[-1]
        apart = not folder.name or beside[folder] != 1
        if person and person not in served:
            served.add(person)
        elif not person and own and students[own.parent] > 1:
            above.add(own)
        elif person or not apart or (folder, file.stem) in named:
            continue
        elif not file.is_work:
            left_out.append(file.shown)
            continue
        yield file


def _with_ids(files: list[_File]) -> list[Source]:
    """The platform's id where there is one; else the names that tell the students apart."""
    owners = [owner(file.parts) for file in files]
    count = Counter(file.parts[:-1] for file in files)
    beside = Counter(folder[:-1] for folder in count)
    for index, file in enumerate(files):
        folder, numbered = file.parts[:-1], CANVAS.fullmatch(file.parts[-1])
        if numbered and count[folder] == 1 and beside[folder[:-1]] > 1 and not owner(folder):
            owners[index] = ""  # a folder for each student: no download of Canvas has that
    several = {name for name, count in Counter(owners).items() if count > 1}
    owned = list(zip(files, owners, strict=True))
    others = iter(_by_names([file for file, name in owned if not name]))
    ids = [
        (f"{safe_id(name)}-{safe_id(file.stem)}" if name in several else safe_id(name))
        if name
        else next(others)
        for file, name in owned
    ]
    return [
        Source(id=identity, path=file.path, shown=file.shown)
        for identity, file in zip(_unique(ids), files, strict=True)
    ]


def _by_names(files: Sequence[_File]) -> list[str]:
    """Folder names where each student has a folder, else file names, else the whole path.

    Who has several notebooks in a folder keeps their names behind it; a file in no folder has only
    its own.
    """
    stems = [safe_id(file.stem) for file in files]
    folders = [PurePosixPath(file.shown).parts[:-1] for file in files]
    count = Counter(filter(None, folders))
    if len(count) > 1 and 2 * len(count) > count.total():
        safe = [[safe_id(_without_ending(part)) for part in parts] for parts in count]
        depth = min(map(len, safe))
        # from the file upwards, or where some have more folders in theirs, from the top
        upwards = depth == max(map(len, safe))
        for level in range(-1, -depth - 1, -1) if upwards else range(depth):
            names = [parts[level] for parts in safe]
            if _are_distinct(names):
                named = dict(zip(count, names, strict=True))
                return [
                    f"{named[folder]}-{stem}" if count[folder] > 1 else named.get(folder, stem)
                    for folder, stem in zip(folders, stems, strict=True)
                ]
    archives = {part for parts in folders for part in parts if _without_ending(part) != part}
    if _are_distinct(stems) and len(archives) < 2:  # noqa: PLR2004 - else each is somebody's
        return stems
    return [
        safe_id("/".join((*map(_without_ending, parts), stem)))
        for parts, stem in zip(folders, stems, strict=True)
    ]


def _without_ending(name: str) -> str:
    """Of an archive; other names stay."""
    endings = (ending for ending in ARCHIVES if name.lower().endswith(ending))
    return name[: -len(max(endings, key=len, default=""))] or name


def _are_distinct(names: Sequence[str]) -> bool:
    """Also where capitals make no difference."""
    return len({name.lower() for name in names}) == len(names)


def _unique(ids: list[str]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    names = {identity.lower() for identity in ids}
    for identity in ids:
        taken[identity.lower()] += 1
        number = taken[identity.lower()]
        candidate = identity
        while number > 1 and (candidate := f"{identity}-{number}").lower() in names:
            number += 1
        names.add(candidate.lower())
        yield candidate
