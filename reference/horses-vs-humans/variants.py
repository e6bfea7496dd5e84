"""The labelled variants that `grader audit horses-vs-humans` generates: solutions and rewrites.

Every rewrite says what it touches (its slots) and what it must cost; `grader.audit.rewrite` says
how patterns and templates are read. A rewrite is used in every revision where it changes something.
"""

from __future__ import annotations

from pathlib import Path

from notebooks import read_source
from variants_data import DATA
from variants_network import NETWORK
from variants_head import HEAD
from variants_style import STYLE

from grader.audit import Part, Solution

HERE = Path(__file__).parent
NOT_ASKED = ("runs",)
"""Of the notebook as a whole: the variants are asked without running the rest of it."""


def solution(path: Path) -> Solution:
    """The code cells of a source file, with its answers."""
    book = read_source(path, solved=True)
    return Solution(
        revision=path.stem.removeprefix("source_"),
        parts=tuple(
            Part(name=cell.name, source=cell.source, graded="graded" in cell.tags)
            for cell in book.cells
            if cell.kind == "code"
        ),
    )


SOLUTIONS = tuple(solution(path) for path in sorted(HERE.glob("source_?.py")))
REWRITES = (*STYLE, *DATA, *NETWORK, *HEAD)
