"""Canvas's gradebook CSV in place (lib/gradebook_importer.rb): only our column's cells change.

Held: the cell stays as it is (Canvas reads that as "no change"). Exempt: `EX`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.platforms.seam import Entry, Options, Receipt
from grader.platforms.shared import roster, sheet
from grader.platforms.shared.files import deliver, entry_for, held_file, out_folder
from grader.platforms.shared.texts import number
from grader.records import Grade, PlatformError

PERSON_COLUMNS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
WITH_ID = re.compile(r"^(?P<title>.*?)\s*\((?P<id>\d+)\)$", re.DOTALL)
EXCUSED = "EX"
SAME = 0.005
"""Canvas compares at two decimals."""


def send(
    name: str, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
) -> Receipt:
    """Write a filled copy of the gradebook; the given file is not touched."""
    path = Path(options["gradebook"])
    book = sheet.read(path)
    check_header(book)
    column = find_column(book, options["column"])
    possible, first = _points_possible(book, column)
    people = roster.read(options)
    changes: dict[tuple[int, int], str] = {}
    entries = []
    for grade in grades:
        entry, row = _entry(book, grade, first, column, possible, people)
        if entry.status == "planned" and row is not None:
            if (row, column) in changes:
                entry = entry.model_copy(
                    update={"status": "refused", "message": "a second submission of one student"}
                )
            else:
                changes[row, column] = entry.after
        entries.append(entry)
    out = out_folder(name, folder, options)
    if out.resolve() == path.parent.resolve():
        raise PlatformError("canvas: `out` must be another folder than the gradebook's.")
    filled = sheet.edit(book, {place: value for place, value in changes.items()})
    return deliver(
        name,
        grades,
        entries,
        {path.name: filled} | held_file(entries),
        out=out,
        folder=folder,
        dry_run=dry_run,
        target=path.name,
        known_by="files",
        original=path,
    )


def check_header(book: sheet.Sheet) -> None:
    """Raises PlatformError when the first line is not Canvas's."""
    titles = [cell.value.strip() for cell in book.rows[0]]
    one_name = titles[:2] == ["Student", "ID"]
    two_names = titles[:3] == ["LastName", "FirstName", "ID"]
    if not (one_name or two_names) or "Section" not in titles:
        raise PlatformError(
            "canvas: this is not a gradebook of Canvas (Student, ID, …, Section, …).",
            what_to_do="Export it in Canvas: Grades → Export → Export Entire Gradebook.",
        )


def find_column(book: sheet.Sheet, wanted: str) -> int:
    """The assignment's column. Raises PlatformError when none or several fit: Canvas would make a
    new assignment from a title it does not know."""
    titles = [cell.value.strip() for cell in book.rows[0]]
    start = titles.index("Section") + 1
    found = []
    for index, title in enumerate(titles[start:], start):
        match = WITH_ID.match(title)
        names = {title} | ({match["title"], match["id"]} if match else set())
        if wanted.strip() in names:
            found.append(index)
    if len(found) != 1:
        raise PlatformError(
            f"canvas: {len(found)} columns of the gradebook are called {wanted!r}.",
            what_to_do="Give the number in brackets behind the assignment's title.",
        )
    return found[0]


def _points_possible(book: sheet.Sheet, column: int) -> tuple[float | None, int]:
    """The assignment's points in Canvas, and the first row with a student."""
    possible, first = None, 1
    for row in range(1, min(4, len(book.rows))):
        cells = [cell.value.strip() for cell in book.rows[row]]
        if "Points Possible" in cells[0]:
            text = book.value(row, column).strip().replace(",", ".")
            if "read only" in text:
                raise PlatformError("canvas: that column is computed by Canvas, not an assignment.")
            possible = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None
            return possible, row + 1
        if set(cells) <= {"", "Muted", "Manual Posting"}:
            first = row + 1
    return possible, first


def _entry(
    book: sheet.Sheet,
    grade: Grade,
    first: int,
    column: int,
    possible: float | None,
    people: dict[str, str],
) -> tuple[Entry, int | None]:
    wanted = people.get(grade.submission.id) or roster.canvas_user(grade) or grade.submission.id
    rows = list(_rows_of(book, first, wanted))
    if len(rows) != 1:
        message = f"{len(rows)} students of the gradebook are {wanted!r}"
        return Entry(submission=grade.submission.id, status="refused", message=message), None
    before = book.value(rows[0], column).strip()
    if grade.exempt and not grade.held:
        entry = Entry(submission=grade.submission.id, status="planned", after=EXCUSED)
        same = before.upper() == EXCUSED
    else:
        points = scaled(grade, possible)
        entry = entry_for(grade, number(points).encode())
        entry = entry.model_copy(update={"after": number(points) if not grade.held else ""})
        same = _equal(before, points)
    update = {"before": before}
    if entry.status == "planned" and same:
        update["status"] = "unchanged"
    return entry.model_copy(update=update), rows[0]


def scaled(grade: Grade, possible: float | None) -> float:
    """Points on the platform's scale: 45 of 50 is 9 where 10 are possible."""
    if not possible or not grade.max_points:
        return round(grade.points, 2)
    return round(grade.points * possible / grade.max_points, 2)


def _equal(before: str, points: float) -> bool:
    try:
        return abs(float(before.replace(",", ".")) - points) < SAME
    except ValueError:
        return False


def _rows_of(book: sheet.Sheet, first: int, wanted: str) -> Iterator[int]:
    columns = [c for c in map(book.column, PERSON_COLUMNS) if c is not None]
    for row in range(first, len(book.rows)):
        if wanted in {book.value(row, column).strip() for column in columns}:
            yield row
