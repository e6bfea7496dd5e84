"""Which columns of a Moodle worksheet are which, in any language.

Titles are translated, the order is not (mod/assign/gradingtable.php): Identifier, Full name, …,
Grade, Maximum grade, …, Feedback comments last of all. So columns are found by what their cells
say and where they stand, and by the titles of some languages where that leaves a doubt.
"""

import re
from dataclasses import dataclass

from grader.platforms.shared.decimals import decimal_mark, parse_number
from grader.platforms.shared.sheet import Sheet
from grader.records import PlatformError

IDENTIFIER = re.compile(r"^(\D*?)\s*(\d+)$")
"""`Participant 12345`, in any language: a word and the number."""
GRADE_TITLES = {
    "grade", "bewertung", "note", "calificación", "valutazione", "nota", "cijfer", "ocena",
    "betyg", "karakter", "arvosana", "оценка", "оцінка", "βαθμός", "not", "成绩", "評定", "성적",
    "qualificació", "punkte",
}  # fmt: skip
COMMENT_TITLES = {
    "feedback comments", "feedback als kommentar", "feedbackkommentare",
    "feedback par commentaires", "comentarios de retroalimentación", "commenti (feedback)",
    "comentários de feedback",
    "feedbackcommentaren", "feedback als commentaar", "komentarz zwrotny",
}  # fmt: skip


YES = {
    "yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "да", "так", "ναι", "evet", "是", "はい",
    "예", "kyllä", "jah", "ano", "áno", "da", "igen", "jā", "taip", "bai", "כן", "نعم", "بله", "có",
    "ya", "já", "po", "हाँ", "დიახ", "այո",
}  # fmt: skip
"""What Moodle says of a grade that can be changed; any other word locks the row."""


@dataclass(frozen=True)
class Columns:
    """Positions, from 0. `comma`: numbers of this sheet are written 12,5."""

    identifier: int
    grade: int
    maximum: int | None
    comments: int | None
    changeable: int | None
    comma: bool

    def maximum_of(self, book: Sheet, row: int) -> float | None:
        """The maximum grade that a row states, or None."""
        text = book.value(row, self.maximum).strip() if self.maximum is not None else ""
        return parse_number(text, "," if self.comma else ".")

    def lock_of(self, book: Sheet, row: int) -> str:
        """What the row says of whether its grade can be changed where that is no yes; "" else."""
        text = book.value(row, self.changeable).strip() if self.changeable is not None else "yes"
        return "" if text.casefold() in YES else text or "nothing"


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
    """The first column of numbers, the same one in every row, with a sparse column before it."""
    for column in range(identifier + 2, len(book.rows[0])):
        values = {book.value(row, column).strip() for row in rows}
        before = [book.value(row, column - 1).strip() for row in rows]
        plausible = all(not text or _is_number(text) for text in before)
        if len(values) == 1 and _is_number(next(iter(values))) and plausible:
            return column
    return None


def _is_number(text: str) -> bool:
    return parse_number(text, ".") is not None


def _changeable(book: Sheet, rows: list[int], maximum: int | None) -> int | None:
    """The column behind the maximum where it says one or two words: yes and no."""
    column = len(book.rows[0]) if maximum is None else maximum + 1
    words = {book.value(row, column).strip() for row in rows}
    plausible = len(words) in (1, 2) and all(re.fullmatch(r"[^\d\s:]+", word) for word in words)
    return column if plausible else None


def _grade(book: Sheet, rows: list[int], maximum: int | None) -> int:
    titles = [cell.value.strip().lower() for cell in book.rows[0]]
    named = [index for index, title in enumerate(titles) if title in GRADE_TITLES]
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
    named = [index for index, text in enumerate(titles) if text in COMMENT_TITLES]
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
