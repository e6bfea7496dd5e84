"""The labelled variants that `grader audit digits-cnn` generates: the solution and rewrites.

Every rewrite says what it touches (its slots) and what it must cost; `grader.audit.rewrite` says
how patterns and templates are read.
"""

from __future__ import annotations

from pathlib import Path

from rewriting import solution
from variants_data import DATA
from variants_network import NETWORK

HERE = Path(__file__).parent
NOT_ASKED = ("runs",)
"""Of the notebook as a whole: the variants are asked without running the rest of it."""

SOLUTIONS = tuple(solution(path) for path in sorted(HERE.glob("source_?.py")))
REWRITES = (*DATA, *NETWORK)
