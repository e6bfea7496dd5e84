"""A filled Moodle worksheet against the downloaded one, and the zip of feedback files
(mod/assign/feedback/offline/importgradeslib.php, mod/assign/feedback/file/importziplib.php)."""

from __future__ import annotations

import csv
import io
import re
import zipfile

from validators.fragment import Tags
from validators.shape import Files, Look

BOM = b"\xef\xbb\xbf"
NUMBER = re.compile(r"\d+([.,]\d+)?")
PART = re.compile(r"[^_/]+_(\d+)_assignfeedback_[a-z]+(_[^/]*)?/([^/]+)")
MAX_ZIP_BYTES = 500 * 1024 * 1024


def problems(files: Files) -> list[str]:
    """`original`, `filled`, `grade` and `comments` (titles), and maybe `feedback.zip`; [] when
    Moodle would read it as meant."""
    look = Look()
    before, after = _rows(look, files, "original"), _rows(look, files, "filled")
    if look.problems:
        return look.problems
    if after[0] != before[0] or len(after) != len(before):
        look.say("filled", "has other titles or rows")
        return look.problems
    try:
        grade = after[0].index(files["grade"].decode())
        comments = after[0].index(files["comments"].decode())
    except ValueError:
        look.say("filled", "lacks the named columns")
        return look.problems
    comma = any("," in cell for row in before[1:] for cell in row if NUMBER.fullmatch(cell))
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        _row(look, old, new, (grade, comments), comma=comma, at=at)
    if files["original"].startswith(BOM) != files["filled"].startswith(BOM):
        look.say("filled", "the byte order mark changed")
    if files["original"].count(b"\r\n") != files["filled"].count(b"\r\n"):
        look.say("filled", "line ends changed")
    people = {match[0] for row in after[1:] if (match := re.search(r"\d+$", row[0]))}
    if "feedback.zip" in files:
        _zip(look, files["feedback.zip"], people)
    return look.problems


def _rows(look: Look, files: Files, name: str) -> list[list[str]]:
    """As Moodle reads it: always UTF-8, always commas."""
    try:
        text = files[name].removeprefix(BOM).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (KeyError, UnicodeDecodeError, csv.Error) as problem:
        look.say(name, f"cannot be read: {problem}")
        return []
    rows = [row for row in rows if row]
    if len(rows) <= 1 or any(len(row) != len(rows[0]) for row in rows):
        look.say(name, "is no rectangle with students")
    return rows


def _row(
    look: Look, old: list[str], new: list[str], ours: tuple[int, int], *, comma: bool, at: int
) -> None:
    where = f"line {at + 1}"
    grade, comments = ours
    for column, (one, other) in enumerate(zip(old, new, strict=True)):
        if one != other and (column not in ours or at == 0):
            look.say(where, "a cell of another column changed")
    if new[grade] != old[grade]:
        if not NUMBER.fullmatch(new[grade]):
            look.say(where, f"{new[grade]!r} is no grade")
        if "." in new[grade] if comma else "," in new[grade]:
            look.say(where, "the grade has another decimal sign than the sheet")
        most = [float(cell.replace(",", ".")) for cell in old[grade + 1 : grade + 2]
                if NUMBER.fullmatch(cell)]  # fmt: skip
        if most and NUMBER.fullmatch(new[grade]) and float(new[grade].replace(",", ".")) > most[0]:
            look.say(where, "the grade is above the maximum")
    if new[comments] != old[comments]:
        look.text(new[comments], where)
        Tags(look, where).run(new[comments])


def _zip(look: Look, data: bytes, people: set[str]) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        look.say("feedback.zip", "is no zip")
        return
    with archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_ZIP_BYTES:
            look.say("feedback.zip", "is too large")
            return
        names = archive.namelist()
        if len(set(names)) != len(names):
            look.say("feedback.zip", "a name stands twice")
        for name in names:
            match = PART.fullmatch(name)
            if not match or match[3].startswith((".", "~")):
                look.say("feedback.zip", f"{name!r} is no name that Moodle takes")
            elif match[1] not in people:
                look.say("feedback.zip", f"{match[1]} is no participant")
        if archive.testzip() is not None:
            look.say("feedback.zip", "is damaged")
