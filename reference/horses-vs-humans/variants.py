"""The labelled variants that `grader audit horses-vs-humans` generates: solutions and rewrites.

Every rewrite says what it touches (its slots) and what it must cost; `grader.audit.rewrite` says
how patterns and templates are read. A rewrite is used in every revision where it changes something.
"""

from __future__ import annotations

from pathlib import Path

from rewriting import solution
from variants_data import DATA
from variants_network import NETWORK
from variants_head import HEAD
from variants_style import STYLE

HERE = Path(__file__).parent
NOT_ASKED = ("runs",)
"""Of the notebook as a whole: the variants are asked without running the rest of it."""

SOLUTIONS = tuple(solution(path) for path in sorted(HERE.glob("source_?.py")))
REWRITES = (*STYLE, *DATA, *NETWORK, *HEAD)
