"""Canvas's gradebook CSV in place (lib/gradebook_importer.rb): only our column's cells change.

Held: the cell stays as it is (Canvas reads that as "no change"). Exempt: `EX`.
"""

import re
from pathlib import Path

from grader.platforms.seam import (
    Entry,
    Receipt,
    Sending,
    entry_for,
    held,
    held_file,
    refused,
    refused_as,
)
from grader.platforms.shared import roster, sheet
from grader.platforms.shared.page import line, scaled
from grader.platforms.shared.roster import Person
from grader.platforms.shared.sheet import decimal_mark, parse_number
from grader.records import Grade, PlatformError
from grader.report import amount

PERSON_COLUMNS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
"""The first is Canvas's own, the others are the institution's."""
WITH_ID = re.compile(r"^(?P<title>.*?)\s*\((?P<id>\d+)\)$", re.DOTALL)
EXCUSED = "EX"
NOT_ASSIGNED = "N/A"
SAME = 0.005


def fill(sending: Sending) -> Receipt:
    """Write a filled copy of the gradebook; the given file is not touched."""
    path = Path(sending.options["gradebook"])
    book = sheet.read(path)
    column = find_column(book, sending.options["column"])
    possible, first = _points_possible(book, column)
    changes: dict[tuple[int, int], str] = {}

    def plan(grade: Grade, person: Person) -> Entry:
        rows = _rows_of(book, first, person)
        if len(rows) != 1:
            return refused_as(person, grade, len(rows), "students of the gradebook are")
        entry = _entry(grade, book.value(rows[0], column).strip(), possible)
        if entry.status != "planned":
            return entry
        if (rows[0], column) in changes:
            return entry.but(status="refused", message="a second submission of one student")
        if lacking := sheet.lacking(book, rows[0], column):
            return entry.but(status="refused", message=lacking)
        changes[rows[0], column] = entry.after
        return entry

    entries = sending.entries(plan, roster.canvas_user)
    files = {path.name: sheet.edit(book, changes)} | held_file(entries)
    return sending.write(entries, files, original="gradebook")


def find_column(book: sheet.Sheet, wanted: str) -> int:
    """The assignment's column. Raises PlatformError when the first line is not Canvas's, and when
    no or several columns fit: Canvas would make a new assignment from a title it does not know."""
    titles = [cell.value.strip() for cell in book.rows[0]]
    one_name = titles[:2] == ["Student", "ID"]
    two_names = titles[:3] == ["LastName", "FirstName", "ID"]
    if not (one_name or two_names) or "Section" not in titles:
        raise PlatformError(
            "canvas: this is not a gradebook of Canvas (Student, ID, …, Section, …).",
            what_to_do="Export it in Canvas: Grades → Export → Export Entire Gradebook.",
        )
    start = titles.index("Section") + 1
    columns = []
    for column, title in enumerate(titles[start:], start):
        match = WITH_ID.match(title)
        names = {title} | ({match["title"], match["id"]} if match else set())
        if wanted.strip() in names:
            columns.append(column)
    if len(columns) != 1:
        raise PlatformError(
            f"canvas: {len(columns)} columns of the gradebook are called {wanted!r}.",
            what_to_do="Give the number in brackets behind the assignment's title.",
        )
    return columns[0]


def _points_possible(book: sheet.Sheet, column: int) -> tuple[float, int]:
    """The assignment's points in Canvas, and the first row with a student.

    Raises PlatformError for points that cannot be read for certain, and for none at all.
    """
    row = next(
        (row for row in range(1, len(book.rows)) if "Points Possible" in book.value(row, 0)), None
    )
    if row is None:
        raise PlatformError(
            "canvas: no row of the gradebook says `Points Possible`, so grades cannot be scaled.",
            what_to_do="Use the file as Canvas exported it: Grades → Export.",
        )
    text = book.value(row, column).strip()
    if "read only" in text:
        raise PlatformError("canvas: that column is computed by Canvas, not an assignment.")
    mark = decimal_mark(book.value(other, column) for other in range(1, len(book.rows)))
    possible = parse_number(text, mark)
    if not possible:
        where = f"line {row + 1}, column {column + 1} of the gradebook"
        raise PlatformError(
            f"canvas: {where} gives the points possible as {line(text, 40)!r}; a number above "
            "0 is needed to scale grades.",
            what_to_do="Set the assignment's points in Canvas and export the gradebook again.",
        )
    return possible, row + 1


def _entry(grade: Grade, before: str, possible: float) -> Entry:
    """What the cell says now and is to say; it is not touched where that is the same."""
    if grade.held:
        return held(grade).but(before=before)
    if grade.exempt:
        entry = Entry(submission=grade.submission.id, status="planned", after=EXCUSED)
    else:
        points = amount(scaled(grade, possible))
        entry = entry_for(grade, points.encode()).but(after=points)
    if before.upper() == NOT_ASSIGNED:
        message = f"Canvas shows {before}: the assignment is not assigned to this student"
        return refused(grade, message, before)
    if before.upper() == EXCUSED != entry.after:
        message = f"Canvas shows {before}: exempt the student here too, or take it back in Canvas"
        return refused(grade, message, before)
    status = "unchanged" if equal(before, entry.after) else "planned"
    return entry.but(before=before, status=status)


def equal(before: str, after: str) -> bool:
    """Whether two cells say the same to Canvas, which compares at two decimals."""
    there, ours = parse_number(before, "."), parse_number(after, ".")
    if there is None or ours is None:
        return before.upper() == after.upper()
    return abs(there - ours) < SAME


def _rows_of(book: sheet.Sheet, first: int, person: Person) -> list[int]:
    own, *others = (book.column(title) for title in PERSON_COLUMNS)
    rows = []
    for row in range(first, len(book.rows)):
        ids = {book.value(row, own).strip()} if own is not None else set()
        names = {book.value(row, column).strip() for column in others if column is not None}
        rows += [row] if person.is_any(ids, names) else []
    return rows
