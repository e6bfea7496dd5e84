"""Where a cell is cut, and which lines its pieces keep."""

from __future__ import annotations

import tracemalloc

import pytest

from grader.intake import Cell, pieces_of
from grader.intake.pieces import Piece

MIXED = """\
import os
import pandas as pd, tensorflow as tf
from keras.layers import (
    Dense,
    Nothing,
)
%matplotlib inline
x = 1
!wget \\
  http://example.org
from a import b
y = 2; import c
"""


def pieces(source: str, *, apart: bool = False) -> list[Piece]:
    return pieces_of(Cell(index=0, kind="code", source=source, apart=apart))


def code(piece: Piece) -> str:
    return piece.source.lstrip("#\n")


def test_imports_at_the_top_level_stand_alone() -> None:
    """In the order of the cell; shell lines keep their continuations."""
    found = pieces(MIXED)
    assert [bool(piece.imports) for piece in found] == [True, False, True, False]
    assert code(found[1]) == "%matplotlib inline\nx = 1\n!wget \\\n  http://example.org"
    assert code(found[3]).strip() == "y = 2; import c"


@pytest.mark.parametrize("apart", [True, False])
def test_every_line_keeps_its_number(apart: bool) -> None:
    """An error names the line of the student's own cell."""
    lines = MIXED.split("\n")
    for piece in pieces(MIXED, apart=apart):
        own = piece.source.split("\n")
        assert own[piece.line - 1 :] == lines[piece.line - 1 : len(own)]


def test_imports_that_fail_are_tried_one_by_one() -> None:
    """First each statement, then each name of it."""
    group = pieces(MIXED)[0]
    statements = group.smaller()
    assert [code(part) for part in statements] == [
        "import os",
        "import pandas as pd, tensorflow as tf",
        "from keras.layers import Dense, Nothing",
    ]
    assert [part.source for part in statements[1].smaller()] == [
        "#\nimport pandas as pd",
        "#\nimport tensorflow as tf",
    ]
    assert statements[0].smaller() == []


@pytest.mark.parametrize(
    "source",
    [
        "%%time\nimport os\nx = 1",
        "try:\n    import pandas\nexcept ImportError:\n    pass",
        "def f():\n    import pandas\n    return 1\nx = f()",
        "import os",
        "x = 1\ny = 2",
    ],
)
def test_what_needs_no_cut_is_run_as_it_is(source: str) -> None:
    """Cell magics, imports within something else, cells of one kind."""
    assert [piece.source for piece in pieces(source)] == [source]


def test_an_error_in_the_syntax_leaves_the_imports() -> None:
    """A blank that was not filled in costs no package."""
    found = pieces("import os\nfrom a import b\nx = Dense(# your code\ny = 3\nimport sys")
    assert [bool(piece.imports) for piece in found] == [True, False, True]


def test_statements_stand_apart_around_an_error() -> None:
    """In a script, only what has the error in it falls."""
    text = (
        "import os\n\nx = 1\ny = 2\n\nfor None in None:\n    pass\n\n@d\ndef f():\n    return 1\n"
    )
    found = [code(piece).strip() for piece in pieces(text, apart=True)]
    assert found == [
        "import os",
        "x = 1",
        "y = 2",
        "for None in None:\n    pass",
        "@d\ndef f():\n    return 1",
    ]


@pytest.mark.slow
def test_a_long_script_takes_no_more_memory_than_it_is_long() -> None:
    """Not what stands in front of each statement as often as there are statements."""
    cell = Cell(index=0, kind="code", source="x = 1\n" * 20_000, apart=True)
    tracemalloc.start()
    pieces = pieces_of(cell)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(pieces) == 20_000
    assert pieces[-1].source == "#\n" * 19_999 + "x = 1\n"
    assert most < 1000 * len(cell.source)
