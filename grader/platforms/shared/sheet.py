"""A CSV file in which single cells are replaced and every other byte stays.

Reading with `csv` and writing again would lose the file's own quoting, line ends and byte order
mark. So the cells' places in the text are kept, and only a changed cell's place is rewritten.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.records import PlatformError

BOM = "\ufeff"
SEPARATORS = ",;\t"
MAX_SHEET_BYTES = 50 * 1024 * 1024


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
    try:
        if path.stat().st_size > MAX_SHEET_BYTES:
            raise PlatformError(f"{path.name} is larger than 50 MB.")
        return parse(path.read_bytes())
    except UnicodeDecodeError as problem:
        raise PlatformError(
            f"{path.name} is not UTF-8.", what_to_do="Use the file as it was downloaded."
        ) from problem
    except OSError as problem:
        raise PlatformError(f"{path.name} cannot be read: {problem.strerror}.") from problem


def parse(data: bytes) -> Sheet:
    """Cells and their places. Raises UnicodeDecodeError, or PlatformError for an open quote."""
    text = data.decode("utf-8")
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
                raise PlatformError("The sheet has a quote that never ends.")
            at = match.end()
            row.append(Place(start, at, (match[1] or "").replace('""', '"') + match[2]))
        rows.append(tuple(row))
        at += len("\r\n") if text.startswith("\r\n", at) else 1
    if not rows:
        raise PlatformError("The sheet is empty.")
    return Sheet(text=text, separator=separator, rows=tuple(rows))


def edit(sheet: Sheet, changes: Mapping[tuple[int, int], str]) -> bytes:
    """The file with the cells (row, column) saying something else, quoted where they were or have
    to be. Raises PlatformError when a row has no such cell."""
    parts, at = [], 0
    for (row, column), value in sorted(changes.items()):
        if column >= len(sheet.rows[row]):
            raise PlatformError(
                f"Line {row + 1} of the sheet has only {len(sheet.rows[row])} cells."
            )
        place = sheet.rows[row][column]
        written = sheet.text[place.start : place.end]
        if value != place.value:
            special = set(value) & {sheet.separator, '"', "\n", "\r"} or value != value.strip()
            quoted = written.startswith('"') or special
            written = '"' + value.replace('"', '""') + '"' if quoted else value
        parts += [sheet.text[at : place.start], written]
        at = place.end
    return "".join([*parts, sheet.text[at:]]).encode()
