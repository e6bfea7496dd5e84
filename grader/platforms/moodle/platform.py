"""Moodle's assignment: the grading worksheet in place, and a zip of feedback files.

Only the cells of `Grade` and `Feedback comments` change (importer: assignfeedback_offline).
Held and exempt: the row stays as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.platforms.canvas.gradebook import scaled
from grader.platforms.moodle.columns import Columns, find_columns, participant
from grader.platforms.seam import Entry, Options, Receipt, check_options
from grader.platforms.shared import page, roster, sheet
from grader.platforms.shared.files import deliver, entry_for, held_file, out_folder
from grader.platforms.shared.receipts import attempt_folders, report
from grader.platforms.shared.texts import number
from grader.records import Grade, PlatformError, write_zip

ZIP = "feedback.zip"
"""The same grades give the same bytes."""


class Moodle:
    """A filled copy of the worksheet, and `feedback.zip`."""

    name = "moodle"
    options: Mapping[str, str] = {
        "worksheet": "the grading worksheet as downloaded from Moodle",
        "out": "folder for the filled worksheet and the zip",
        "roster": "CSV file with columns submission,user: participant number or e-mail of each",
        "grade_column": "title of the column with grades, when it is not found by itself",
        "comments_column": "title of the column with feedback comments, likewise; `none`: without",
    }

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Fill the worksheet; the given file is not touched."""
        check_options(self, options, needed=("worksheet",))
        path = Path(options["worksheet"])
        out = out_folder(self.name, folder, options)
        if out.resolve() == path.parent.resolve():
            raise PlatformError("moodle: `out` must be another folder than the worksheet's.")
        filling = Filling(sheet.read(path), options, attempt_folders(folder, grades))
        entries = [filling.add(grade) for grade in grades]
        files = {path.name: sheet.edit(filling.book, filling.changes)}
        if filling.pages:
            files[ZIP] = _zip(filling.pages)
        return deliver(
            self.name,
            grades,
            entries,
            files | held_file(entries),
            out=out,
            folder=folder,
            dry_run=dry_run,
            target=path.name,
            known_by="files",
            original=path,
        )


class Filling:
    """A worksheet being filled: the cells that change, the pages of the zip."""

    def __init__(self, book: sheet.Sheet, options: Options, places: Mapping[str, Path]) -> None:
        self.book = book
        self.columns: Columns = find_columns(
            book, options.get("grade_column", ""), options.get("comments_column", "")
        )
        self.people = roster.read(options)
        self.places = places
        self.changes: dict[tuple[int, int], str] = {}
        self.pages: dict[str, str] = {}
        self.taken: set[int] = set()

    def add(self, grade: Grade) -> Entry:
        """Plan one grade."""
        name = grade.submission.id
        rows = self._rows(grade)
        if len(rows) != 1 or rows[0] in self.taken:
            why = "a second submission of one student" if len(rows) == 1 else ""
            why = why or f"{len(rows)} rows of the worksheet are {self._wanted(grade)!r}"
            return Entry(submission=name, status="refused", message=why)
        row = rows[0]
        self.taken.add(row)
        before = self.book.value(row, self.columns.grade).strip()
        points, comment = self._cells(grade, row)
        entry = entry_for(grade, f"{points} {comment}".encode())
        if entry.status != "planned":
            return entry.model_copy(update={"before": before})
        self.changes[row, self.columns.grade] = points
        if self.columns.comments is not None:
            self.changes[row, self.columns.comments] = comment
        html = report(self.places.get(name), "html")
        if html:
            self.pages[self._zip_name(row)] = html
        update = {"before": before, "after": points}
        if all(
            self.book.value(r, c) == value for (r, c), value in self.changes.items() if r == row
        ):
            update["status"] = "unchanged"
        return entry.model_copy(update=update)

    def _cells(self, grade: Grade, row: int) -> tuple[str, str]:
        """Grade in the worksheet's own notation, and the comment as HTML on one line."""
        most = self.columns.maximum_of(self.book, row)
        points = number(scaled(grade, most))
        if self.columns.comma:
            points = points.replace(".", ",")
        html = page.page(grade, page.decided(page.visible(grade)), f"{page.total(grade)}")
        return points, html.replace("\n", "")

    def _wanted(self, grade: Grade) -> str:
        found = self.people.get(grade.submission.id)
        return found or roster.moodle_participant(grade) or grade.submission.id

    def _rows(self, grade: Grade) -> list[int]:
        wanted = self._wanted(grade)
        return [
            row
            for row in range(1, len(self.book.rows))
            if wanted in self._names_of(row) and len(self.book.rows[row]) > 1
        ]

    def _names_of(self, row: int) -> set[str]:
        cells = [cell.value.strip() for cell in self.book.rows[row]]
        mails = {text for text in cells if re.fullmatch(r"[^@\s]+@[^@\s]+", text)}
        return {participant(cells[self.columns.identifier]), cells[self.columns.identifier]} | mails

    def _zip_name(self, row: int) -> str:
        """`fullname_participant_plugintype_pluginname/file` (importziplib.php): the name is cut
        at underscores, so it may hold none."""
        cells = self.book.rows[row]
        after = self.columns.identifier + 1
        title = cells[after].value if after < self.columns.grade else ""
        plain = re.sub(r"[^\w .-]|_", " ", title).strip(" .~") or "Participant"
        number_ = participant(cells[self.columns.identifier].value)
        return f"{' '.join(plain.split())}_{number_}_assignfeedback_file/report.html"


def _zip(pages: Mapping[str, str]) -> bytes:
    data = io.BytesIO()
    write_zip(data, ((name, text.encode()) for name, text in pages.items()))
    return data.getvalue()
