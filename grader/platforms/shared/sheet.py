"""A CSV file in which single cells are replaced and every other byte stays.

Reading with `csv` and writing again would lose the file's own quoting, line ends and byte order
mark. So the cells' places in the text are kept, and only a changed cell's place is rewritten.
"""

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
        found = [i for i, cell in enumerate(self.rows[0]) if cell.value.strip() == title]
        return found[0] if len(found) == 1 else None


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
    separator = _separator(text[at:])
    rows: list[tuple[Place, ...]] = []
    while at < len(text):
        row, at = _row(text, at, separator)
        rows.append(row)
    if not rows:
        raise PlatformError("The sheet is empty.")
    return Sheet(text=text, separator=separator, rows=tuple(rows))


def edit(sheet: Sheet, changes: Mapping[tuple[int, int], str]) -> bytes:
    """The file with the cells (row, column) saying something else. Raises PlatformError when a row
    has no such cell."""
    parts, at = [], 0
    for (row, column), value in sorted(changes.items()):
        if column >= len(sheet.rows[row]):
            raise PlatformError(
                f"Line {row + 1} of the sheet has only {len(sheet.rows[row])} cells."
            )
        place = sheet.rows[row][column]
        parts += [sheet.text[at : place.start], _written(sheet, place, value)]
        at = place.end
    return "".join([*parts, sheet.text[at:]]).encode()


def _written(sheet: Sheet, place: Place, value: str) -> str:
    if value == place.value:
        return sheet.text[place.start : place.end]
    quoted = sheet.text[place.start : place.start + 1] == '"' and place.end > place.start
    if quoted or set(value) & {sheet.separator, '"', "\n", "\r"} or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value


def _separator(text: str) -> str:
    """The candidate that is most frequent in the first line, outside quotes."""
    first = text.splitlines()[0] if text else ""
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _row(text: str, at: int, separator: str) -> tuple[tuple[Place, ...], int]:
    cells = []
    while True:
        place = _cell(text, at, separator)
        cells.append(place)
        at = place.end
        if text[at : at + 1] != separator:
            break
        at += 1
    if text.startswith("\r\n", at):
        at += 2
    elif at < len(text):
        at += 1
    return tuple(cells), at


def _cell(text: str, at: int, separator: str) -> Place:
    if text[at : at + 1] != '"':
        end = at
        while end < len(text) and text[end] not in (separator, "\r", "\n"):
            end += 1
        return Place(at, end, text[at:end])
    end, value = at + 1, ""
    while True:
        close = text.find('"', end)
        if close < 0:
            raise PlatformError("The sheet has a quote that never ends.")
        value += text[end:close]
        if text[close + 1 : close + 2] != '"':
            break
        value, end = value + '"', close + 2
    end = close + 1
    while end < len(text) and text[end] not in (separator, "\r", "\n"):
        value, end = value + text[end], end + 1
    return Place(at, end, value)
