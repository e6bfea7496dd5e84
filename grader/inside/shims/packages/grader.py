"""Stands for the student's own check, of which a cell may have been left in the notebook."""

from typing import Any

from grader_inside.shims.programs import ANSWERED


def check(*arguments: Any, **options: Any) -> None:
    print(ANSWERED["grader"])


def load_ipython_extension(shell: Any) -> None:
    """`%grader` is there without it."""
