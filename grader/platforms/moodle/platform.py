"""Moodle's assignment: the grading worksheet in place, and a zip of feedback files.

Only the cells of `Grade` and `Feedback comments` change (importer: assignfeedback_offline).
Held and exempt: the row stays as it is.
"""

import io
import re
from pathlib import Path

from grader.platforms.moodle.columns import find_columns, participant
from grader.platforms.seam import Entry, Platform, Receipt, Sending, entry_for, held_file, refused
from grader.platforms.shared import page, roster, sheet
from grader.platforms.shared.receipts import report
from grader.platforms.shared.texts import line, number, scaled
from grader.records import Grade, write_zip


class Moodle(Platform):
    """A filled copy of the worksheet, and `feedback.zip`."""

    name = "moodle"
    options = {
        "worksheet": "the grading worksheet as downloaded from Moodle",
        "out": "folder for the filled worksheet and the zip",
        "roster": "CSV file with columns submission,user: participant number or e-mail of each",
        "grade_column": "title of the column with grades, when it is not found by itself",
        "comments_column": "title of the column with feedback comments, likewise; `none`: without",
    }

    def deliver(self, sending: Sending) -> Receipt:
        """Fill the worksheet; the given file is not touched."""
        sending.need("worksheet")
        path = Path(sending.options["worksheet"])
        filling = Filling(sheet.read(path), sending)
        entries = [filling.add(grade) for grade in sending.grades]
        files = {path.name: sheet.edit(filling.book, filling.changes)} | held_file(entries)
        if filling.pages:
            data = io.BytesIO()
            write_zip(data, filling.pages.items())
            files["feedback.zip"] = data.getvalue()
        return sending.write(entries, files, original="worksheet")


class Filling:
    """A worksheet being filled: the cells that change, the pages of the zip."""

    def __init__(self, book: sheet.Sheet, sending: Sending) -> None:
        self.book, self.sending = book, sending
        options = sending.options
        self.columns = find_columns(
            book, options.get("grade_column", ""), options.get("comments_column", "")
        )
        self.changes: dict[tuple[int, int], str] = {}
        self.pages: dict[str, bytes] = {}
        self.taken: set[int] = set()

    def add(self, grade: Grade) -> Entry:
        """Plan one grade."""
        wanted = self.sending.user(grade, roster.moodle_participant(grade))
        rows = self._rows_of(wanted)
        if len(rows) != 1:
            return refused(grade, f"{len(rows)} rows of the worksheet are {wanted!r}")
        row = rows[0]
        if row in self.taken:
            return refused(grade, "a second submission of one student")
        self.taken.add(row)
        points, comment = self._cells(grade, row)
        entry = entry_for(grade, f"{points} {comment}".encode())
        entry = entry.but(before=self.book.value(row, self.columns.grade).strip())
        if entry.status != "planned":
            return entry
        lock = self.columns.lock_of(self.book, row)
        if lock:
            message = f"Moodle says {line(lock, 40)!r} of whether this grade can be changed"
            return entry.but(status="refused", message=message)
        cells = {(row, self.columns.grade): points}
        if self.columns.comments is not None:
            cells[row, self.columns.comments] = comment
        self.changes |= cells
        html = report(self.sending.attempts.get(grade.submission.id), "html")
        if html:
            self.pages[self._zip_name(row)] = html.encode()
        same = all(self.book.value(*cell) == value for cell, value in cells.items())
        return entry.but(after=points, status="unchanged" if same else "planned")

    def _cells(self, grade: Grade, row: int) -> tuple[str, str]:
        """Grade in the worksheet's own notation, and the comment as HTML on one line."""
        points = number(scaled(grade, self.columns.maximum_of(self.book, row)))
        if self.columns.comma:
            points = points.replace(".", ",")
        html = page.page(grade, page.decided(page.visible(grade)), page.total(grade))
        return points, html.replace("\n", "")

    def _rows_of(self, wanted: str) -> list[int]:
        """The rows whose participant number, identifier or mail address is the wanted one."""
        rows = []
        for row in range(1, len(self.book.rows)):
            cells = [cell.value.strip() for cell in self.book.rows[row]]
            if len(cells) > 1:
                identifier = cells[self.columns.identifier]
                mails = {text for text in cells if re.fullmatch(r"[^@\s]+@[^@\s]+", text)}
                if wanted in {participant(identifier), identifier} | mails:
                    rows.append(row)
        return rows

    def _zip_name(self, row: int) -> str:
        """`fullname_participant_plugintype_pluginname/file` (importziplib.php): the name is cut
        at underscores, so it may hold none."""
        cells = self.book.rows[row]
        after = self.columns.identifier + 1
        title = cells[after].value if after < self.columns.grade else ""
        plain = re.sub(r"[^\w .-]|_", " ", title).strip(" .~") or "Participant"
        number_ = participant(cells[self.columns.identifier].value)
        return f"{' '.join(plain.split())}_{number_}_assignfeedback_file/report.html"
