"""Moodle's assignment: the grading worksheet in place, and a zip of feedback files.

Only the cells of `Grade` and `Feedback comments` change (importer: assignfeedback_offline).
Held and exempt: the row stays as it is.

Titles of columns are translated, the order is not (mod/assign/gradingtable.php): Identifier, Full
name, …, Grade, Maximum grade, …, Feedback comments last of all. So columns are found by what their
cells say and where they stand, and by the titles of some languages where that leaves a doubt.
"""

import io
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from grader.platforms.seam import (
    Entry,
    Platform,
    Receipt,
    Sending,
    entry_for,
    held_file,
    refused,
    refused_as,
    report,
)
from grader.platforms.shared import page, roster, sheet
from grader.platforms.shared.page import line, scaled
from grader.platforms.shared.roster import Person
from grader.platforms.shared.sheet import Sheet, decimal_mark, parse_number
from grader.records import Grade, PlatformError, write_zip
from grader.report import amount

IDENTIFIER = re.compile(r"^(\D*?)\s*(\d+)$")
"""`Participant 12345`, in any language: a word and the number."""
WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""Titles of columns, yes and no, in many languages."""


@dataclass(frozen=True)
class Columns:
    """Positions, from 0. `comma`: numbers of this sheet are written 12,5."""

    identifier: int
    grade: int
    maximum: int | None
    comments: int | None
    changeable: int | None
    comma: bool

    def maximum_of(self, book: Sheet, row: int) -> float:
        """The maximum grade that a row states; 0 where it states none, as of a scale of words."""
        text = book.value(row, self.maximum).strip() if self.maximum is not None else ""
        return parse_number(text, "," if self.comma else ".") or 0.0

    def lock_of(self, book: Sheet, row: int) -> str:
        """What the row says of whether its grade can be changed where that is no yes; "" else."""
        text = book.value(row, self.changeable).strip() if self.changeable is not None else "yes"
        return "" if text.casefold() in WORDS["yes"] else text or "nothing"


def participant(identifier: str) -> str:
    """The number in `Participant 12345`, or ""."""
    match = IDENTIFIER.match(identifier.strip())
    return match[2] if match else ""


def find_columns(book: Sheet, grade_title: str = "", comments_title: str = "") -> Columns:
    """Raises PlatformError that says which column is not clear and how to name it."""
    if book.separator != ",":
        raise PlatformError(
            "moodle: the worksheet is not separated by commas; Moodle would not read it.",
            what_to_do="Use the file as it was downloaded, not as saved by a spreadsheet.",
        )
    rows = [row for row in range(1, len(book.rows)) if len(book.rows[row]) > 1]
    if not rows:
        raise PlatformError("moodle: the worksheet has no students.")
    identifier = _identifier(book, rows)
    maximum = _maximum(book, rows, identifier)
    grade = _named(book, grade_title) if grade_title else _grade(book, rows, maximum)
    comments = _comments(book, rows, comments_title, after=grade)
    numbers = [book.value(row, column) for row in rows for column in (maximum, grade) if column]
    comma = decimal_mark(numbers) == ","
    return Columns(
        identifier=identifier,
        grade=grade,
        maximum=maximum,
        comments=comments,
        changeable=_changeable(book, rows, maximum),
        comma=comma,
    )


def _identifier(book: Sheet, rows: list[int]) -> int:
    """The column where every row says the same word and a number of its own."""
    for column in range(len(book.rows[0])):
        matches = [IDENTIFIER.match(book.value(row, column).strip()) for row in rows]
        words = {match[1] for match in matches if match}
        numbers = {match[2] for match in matches if match}
        if all(matches) and len(numbers) == len(rows) and len(words) == 1 and words != {""}:
            return column
    raise PlatformError(
        "moodle: no column says `Participant 12345`.",
        what_to_do="Download the worksheet in Moodle: View all submissions → Download worksheet.",
    )


def _maximum(book: Sheet, rows: list[int], identifier: int) -> int | None:
    """The column of numbers behind the grades; where their title is of a language that we do not
    know, the first one that says the same number in every row, with a sparse column before it."""
    first = None
    for column in range(identifier + 2, len(book.rows[0])):
        values = {book.value(row, column).strip() for row in rows}
        before = [book.value(row, column - 1).strip() for row in rows]
        plausible = all(not text or _is_number(text) for text in before)
        if not (plausible and all(map(_is_number, values))):
            continue
        if book.value(0, column - 1).strip().lower() in WORDS["grade"]:
            return column
        if first is None and len(values) == 1:
            first = column
    return first


def _is_number(text: str) -> bool:
    return parse_number(text, ".") is not None


def _changeable(book: Sheet, rows: list[int], maximum: int | None) -> int | None:
    """The first column behind the maximum that says yes and no, in a language that we know; else
    the next one, where it says one or two words. A workflow's states may stand between."""
    behind = range(len(book.rows[0]) if maximum is None else maximum + 1, len(book.rows[0]))
    words = {column: {book.value(row, column).strip() for row in rows} for column in behind}
    for column, said in words.items():
        if {word.casefold() for word in said} <= {*WORDS["yes"], *WORDS["no"]}:
            return column
    said = words.get(behind.start, set())
    plausible = len(said) in (1, 2) and all(re.fullmatch(r"[^\d\s:]+", word) for word in said)
    return behind.start if plausible else None


def _grade(book: Sheet, rows: list[int], maximum: int | None) -> int:
    titles = [cell.value.strip().lower() for cell in book.rows[0]]
    named = [index for index, title in enumerate(titles) if title in WORDS["grade"]]
    if maximum is not None and (not named or maximum - 1 in named):
        return maximum - 1
    if len(named) == 1 and maximum is None:
        return named[0]
    raise PlatformError(
        "moodle: it is not clear which column holds the grades.",
        what_to_do="Name it: `--option grade_column=…`.",
    )


def _comments(book: Sheet, rows: list[int], title: str, *, after: int) -> int | None:
    """By title, else the last column when it does not hold dates or numbers."""
    if title:
        return None if title == "none" else _named(book, title)
    titles = [cell.value.strip().lower() for cell in book.rows[0]]
    named = [index for index, text in enumerate(titles) if text in WORDS["comments"]]
    if len(named) == 1:
        return named[0]
    last = len(titles) - 1
    texts = [book.value(row, last).strip() for row in rows]
    # A comment may start with anything; a date column has a time of day in every filled cell.
    dates = [bool(re.search(r"\d{1,2}[:.]\d{2}", text)) for text in texts if text]
    lone_dash = all(text in ("", "-") for text in texts) and "-" in texts
    if last <= after + 1 or (dates and all(dates)) or lone_dash:
        return None
    return last


def _named(book: Sheet, title: str) -> int:
    column = book.column(title)
    if column is None:
        raise PlatformError(f"moodle: not exactly one column is called {title!r}.")
    return column


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
        entries = sending.entries(filling.add, roster.moodle_participant)
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

    def add(self, grade: Grade, person: Person) -> Entry:
        """Plan one grade."""
        rows = self._rows_of(person)
        if len(rows) != 1:
            return refused_as(person, grade, len(rows), "rows of the worksheet are")
        row = rows[0]
        if row in self.taken:
            return refused(grade, "a second submission of one student")
        self.taken.add(row)
        points, comment = self._cells(grade, row)
        entry = entry_for(grade, f"{points} {comment}".encode())
        entry = entry.but(before=self.book.value(row, self.columns.grade).strip())
        if entry.status != "planned":
            return entry
        refusal = self._refusal(row)
        if refusal:
            return entry.but(status="refused", message=refusal, after="")
        cells = {(row, self.columns.grade): points}
        if self.columns.comments is not None:
            cells[row, self.columns.comments] = comment
        self.changes |= cells
        html = report(self.sending.attempts.get(grade.submission.id), "html")
        if html:
            self.pages[self._zip_name(row)] = html.encode()
        same = all(self.book.value(*cell) == value for cell, value in cells.items())
        return entry.but(after=points, status="unchanged" if same else "planned")

    def _refusal(self, row: int) -> str:
        """Why nothing can be written into a row, or ""."""
        lock = self.columns.lock_of(self.book, row)
        if lock:
            return f"Moodle says {line(lock, 40)!r} of whether this grade can be changed"
        if not self.columns.maximum_of(self.book, row):
            return "the worksheet gives no maximum grade above 0, which is needed to scale grades"
        return sheet.lacking(self.book, row, max(self.columns.grade, self.columns.comments or 0))

    def _cells(self, grade: Grade, row: int) -> tuple[str, str]:
        """Grade in the worksheet's own notation, and the comment as HTML on one line."""
        points = amount(scaled(grade, self.columns.maximum_of(self.book, row)))
        if self.columns.comma:
            points = points.replace(".", ",")
        html = page.page(grade, page.rows(grade), page.total(grade))
        return points, html.replace("\n", "")

    def _rows_of(self, person: Person) -> list[int]:
        """The rows whose participant number, identifier or mail address is the wanted one."""
        rows = []
        for row in range(1, len(self.book.rows)):
            cells = [cell.value.strip() for cell in self.book.rows[row]]
            if len(cells) > 1:
                identifier = cells[self.columns.identifier]
                mails = {text for text in cells if re.fullmatch(r"[^@\s]+@[^@\s]+", text)}
                if person.is_any({participant(identifier), identifier}, mails):
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
