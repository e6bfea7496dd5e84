"""A CSV file in which single cells are replaced and every other byte stays.

Reading with `csv` and writing again would lose the file's own quoting, line ends and byte order
mark. So the cells' places in the text are kept, and only a changed cell's place is rewritten.
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.records import PlatformError

BOM = "\ufeff"
SEPARATORS = ",;\t"
MAX_BYTES = 50 * 1024 * 1024
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
KINDS = {
    b"PK": "a workbook or an archive, not a CSV file",
    b"\xd0\xcf": "an old workbook, not a CSV file",
    codecs.BOM_UTF16_LE: "UTF-16, not UTF-8",
    codecs.BOM_UTF16_BE: "UTF-16, not UTF-8",
}
"""First bytes → what such a file is."""
MARKS = ".,"
SPACES = " '’\u00a0\u2009\u202f"
"""What stands between groups of three digits and never before decimals."""
_GROUPED = re.compile(rf"[1-9][0-9]{{0,2}}([{MARKS}{SPACES}])(?:[0-9]{{2,3}}\1)*[0-9]{{3}}")
"""Groups of two are how India writes them: 1,00,000."""
_UNCLEAR = re.compile(rf"[1-9][0-9]{{0,2}}[{MARKS}][0-9]{{3}}")
"""`1,000` is a thousand to some and one to others."""


@dataclass(frozen=True)
class Place:
    """One cell: `text[start:end]` is how it is written, quotes included; `value` what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Sheet:
    """A parsed file. `rows` skips nothing: an empty line is a row of one empty cell."""

    text: str
    separator: str
    rows: tuple[tuple[Place, ...], ...]

    def value(self, row: int, column: int) -> str:
        """What a cell says; "" where the row is too short."""
        cells = self.rows[row]
        return cells[column].value if column < len(cells) else ""

    def column(self, title: str) -> int | None:
        """The only column of the first row with this title, or None."""
        titles = [cell.value.strip() for cell in self.rows[0]]
        return titles.index(title) if titles.count(title) == 1 else None


def read(path: Path) -> Sheet:
    """Raises PlatformError when the file is no UTF-8 CSV."""
    return parse(text_of(path, "utf-8", "Use the file as it was downloaded."), path.name)


def text_of(path: Path, encoding: str = "", otherwise: str = "Save it as CSV UTF-8.") -> str:
    """What stands in a file of this encoding; "": UTF-8, or UTF-16 with its mark, as Excel writes
    it. Raises PlatformError for another kind of file; otherwise: what to do then."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlatformError(f"{path.name} is larger than 50 MB.")
        data = path.read_bytes()
        text = data.decode(encoding or ("utf-16" if data.startswith(UTF_16) else "utf-8"))
    except UnicodeDecodeError as problem:
        kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), "not UTF-8")
        raise PlatformError(f"{path.name} is {kind}.", what_to_do=otherwise) from problem
    except OSError as problem:
        raise PlatformError(f"{path.name} cannot be read: {problem.strerror}.") from problem
    if "\0" in text:
        raise PlatformError(f"{path.name} is no text.", what_to_do=otherwise)
    return text


def parse(text: str, name: str = "The sheet") -> Sheet:
    """Cells and their places. Raises PlatformError, which names it so, for an open quote."""
    at = len(BOM) if text.startswith(BOM) else 0
    # The candidate that is most frequent in the first line, outside quotes.
    first = next(iter(text[at:].splitlines()), "")
    separator = max(SEPARATORS, key="".join(first.split('"')[::2]).count)
    # What stands between quotes is never looked at twice, so an open quote costs no time.
    cell = re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)")?([^{separator}\r\n]*)')
    rows: list[tuple[Place, ...]] = []
    while at < len(text):
        row: list[Place] = []
        while not row or text.startswith(separator, at):
            start = at + 1 if row else at
            match = cell.match(text, start)
            if match is None or (match[1] is None and text.startswith('"', start)):
                raise PlatformError(f"{name} has a quote that never ends.")
            at = match.end()
            row.append(Place(start, at, (match[1] or "").replace('""', '"') + match[2]))
        rows.append(tuple(row))
        at += len("\r\n") if text.startswith("\r\n", at) else 1
    if not rows:
        raise PlatformError(f"{name} is empty.")
    return Sheet(text=text, separator=separator, rows=tuple(rows))


def lacking(sheet: Sheet, row: int, column: int) -> str:
    """Why that cell cannot be filled, or "": programs leave out empty ones at the end of a row."""
    count = len(sheet.rows[row])
    return f"its line in the sheet has only {count} cells" if column >= count else ""


def edit(sheet: Sheet, changes: Mapping[tuple[int, int], str]) -> bytes:
    """The file with the cells (row, column), which it has, saying something else, quoted where they
    were or have to be."""
    parts, at = [], 0
    for (row, column), value in sorted(changes.items()):
        place = sheet.rows[row][column]
        written = sheet.text[place.start : place.end]
        if value != place.value:
            special = set(value) & {sheet.separator, '"', "\n", "\r"} or value != value.strip()
            quoted = written.startswith('"') or special
            written = '"' + value.replace('"', '""') + '"' if quoted else value
        parts += [sheet.text[at : place.start], written]
        at = place.end
    return "".join([*parts, sheet.text[at:]]).encode()


def parse_number(text: str, decimal: str = "") -> float | None:
    """The number that a cell says; None where it says none, or two readings are possible.

    decimal: the mark before decimals where it is known, "." or ",": it decides a doubt.
    """
    text = text.strip()
    if _UNCLEAR.fullmatch(text):
        if not decimal:
            return None
        return float(text.replace(decimal, ".") if decimal in text else re.sub(r"\D", "", text))
    whole, mark, decimals = text, "", ""
    at = max(text.rfind(mark) for mark in MARKS)
    if at >= 0 and not _GROUPED.fullmatch(text):
        whole, mark, decimals = text[:at], text[at], text[at + 1 :]
        if not re.fullmatch("[0-9]+", decimals):
            return None
    if re.fullmatch("[0-9]+", whole):
        return float(f"{whole}.{decimals or 0}")
    if not _GROUPED.fullmatch(whole) or (mark and mark in whole):
        return None
    return float(f"{re.sub('[^0-9]', '', whole)}.{decimals or 0}")


def decimal_mark(texts: Iterable[str]) -> str:
    """The mark before decimals in numbers that leave no doubt; "" where they have none or two."""
    marks = set()
    for text in map(str.strip, texts):
        if parse_number(text) is None or _GROUPED.fullmatch(text):
            continue
        marks |= {text[at] for at in [max(text.rfind(mark) for mark in MARKS)] if at >= 0}
    return marks.pop() if len(marks) == 1 else ""
