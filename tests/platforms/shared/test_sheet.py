"""Cells replaced in place: every other byte stays."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given, strategies as st

from grader.platforms.shared.sheet import edit, lacking, parse
from grader.records.errors import PlatformError

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
GRID = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)


def written(grid: list[list[str]], ends: str) -> str:
    """As Python's own writer would write it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(grid)
    return text.getvalue()


@given(GRID, st.sampled_from(["\n", "\r\n"]))
def test_it_reads_what_python_writes(grid: list[list[str]], ends: str) -> None:
    """Quotes, separators and line ends within cells included."""
    sheet = parse(written([["a", "b", "c"], *grid], ends))
    assert [[cell.value for cell in row] for row in sheet.rows[1:]] == grid
    assert edit(sheet, {}) == sheet.text.encode()


@given(GRID, CELLS, st.data())
def test_one_changed_cell_changes_nothing_else(
    grid: list[list[str]], new: str, data: st.DataObject
) -> None:
    """Python reads back the new value there, and everything else as before."""
    row = data.draw(st.integers(0, len(grid) - 1))
    column = data.draw(st.integers(0, len(grid[0]) - 1))
    assume(new != grid[row][column])
    raw = written([["a"], *grid], "\r\n")
    sheet = parse(raw)
    place = sheet.rows[row + 1][column]
    changed = edit(sheet, {(row + 1, column): new})
    read = list(csv.reader(io.StringIO(changed.decode(), newline="")))
    expected = [list(line) for line in grid]
    expected[row][column] = new
    assert read[1:] == expected
    before, after = sheet.text[: place.start], sheet.text[place.end :]
    assert changed.decode().startswith(before)
    assert changed.decode().endswith(after)


def test_the_files_own_ways_are_kept() -> None:
    """Byte order mark, semicolons, mixed quoting, no last line end, an empty line."""
    raw = '\ufeffa;"b";c\r\n1;"2";3\r\n\r\n4;"5""";'
    sheet = parse(raw)
    assert sheet.separator == ";"
    assert [len(row) for row in sheet.rows] == [3, 3, 1, 3]
    changed = edit(sheet, {(1, 1): "9", (3, 2): "x;y", (1, 0): "7"})
    assert changed == '\ufeffa;"b";c\r\n7;"9";3\r\n\r\n4;"5""";"x;y"'.encode()


def test_what_is_no_sheet_is_refused() -> None:
    """Empty, or an open quote."""
    with pytest.raises(PlatformError, match="empty"):
        parse("")
    with pytest.raises(PlatformError, match="quote"):
        parse('a,"b\n')


def test_a_row_may_lack_cells() -> None:
    """Programs leave out empty ones at the end: what cannot be filled is said."""
    sheet = parse("a,b\n1\n")
    assert lacking(sheet, 1, 0) == ""
    assert "only 1 cells" in lacking(sheet, 1, 1)
