"""Running a submission: once more when the fault was ours, once more without a deadly cell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.intake import Notebook
from grader.records import GraderError, Run, Submission
from grader.run.archives import wanted_archives
from grader.run.notebook import execute
from grader.run.setting import TRIES, Progress, Setting

logger = logging.getLogger(__name__)
GOES_ON = "The other cells were run once more without it, and graded."

Execute = Callable[[int | None], Run]
"""Runs the notebook without the cell of that index, if there is one."""


def run_notebook(
    submission: Submission,
    notebook: Notebook,
    asked: Any,
    attempt: Path,
    setting: Setting,
    progress: Progress,
) -> Run:
    """The run that counts; what went wrong on our side is in it, never raised."""

    def once(without: int | None) -> Run:
        return execute(
            notebook,
            submission=submission,
            assignment=setting.assignment,
            assets=setting.assets,
            sandbox=setting.sandbox,
            folder=attempt,
            training=setting.training,
            asked=asked,
            without=without,
            keras=setting.keras,
            archives=wanted_archives(notebook, setting),
            threads=setting.threads,
            progress=lambda what, share: progress(f"run {share:.0%} {what}"),
        )

    return _tried(once, setting, progress)


def _tried(once: Execute, setting: Setting, progress: Progress) -> Run:
    """Once more after a fault of ours; the second one is the end."""
    problem: Exception | None = None
    for _ in range(TRIES):
        progress("run")
        try:
            run = gone_on(once)
        except (GraderError, OSError) as fault:
            problem = fault
            logger.warning("a fault of ours: %s", fault)
            continue
        if run.party != "ours":
            return run
        problem = GraderError(run.message)
    return Run(
        status="died",
        party="ours",
        message=str(problem)[:500],
        tier=setting.sandbox.name,
        training=setting.training,
    )


def gone_on(once: Execute) -> Run:
    """A run; where one cell ended it, what the other cells do without that cell.

    How the first run ended stays the verdict on the run: only the cells after the deadly one,
    and the answers of the graded functions, come from the second.
    """
    first = once(None)
    if first.cell is None or first.party != "student" or first.limit == "wall_s":
        return first  # where the whole run took too long, so would the next
    second = once(first.cell)
    if second.party == "ours":
        return second
    ended = {cell.index: cell for cell in first.cells if cell.index == first.cell}
    return first.model_copy(
        update={
            "message": f"{first.message} {GOES_ON}".strip(),
            "seconds": first.seconds + second.seconds,
            "cpu_seconds": first.cpu_seconds + second.cpu_seconds,
            "memory_mb": max(first.memory_mb, second.memory_mb),
            "cells": tuple(ended.get(cell.index, cell) for cell in second.cells),
        }
    )
