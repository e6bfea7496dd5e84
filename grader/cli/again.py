"""What `grader judge` does. It imports nothing that runs a notebook, so it starts at once."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.cli.chosen import GRADED, HELD, find_assignment
from grader.pipeline import judge_all
from grader.records import GraderError, attempts
from grader.report import write_batch


def judge_again(runs: Path, named: str, console: Console) -> int:
    """Judge all stored evidence below `runs`; returns the exit status."""
    found = list(attempts(runs))
    if not found:
        raise GraderError(
            f"There is no evidence in {runs}.", what_to_do="Run `grader grade` first."
        )
    chosen = find_assignment(named)
    grades, changes = [], []
    for before, after in judge_all(found, chosen):
        grades.append(after)
        if before is not None and before != after.points:
            changes.append(f"{after.submission.id}: {before:g} → {after.points:g}")
    if len(found) > 1:
        write_batch(grades, found[0].parent.parent, chosen.title)
    for change in changes:
        console.print(Text(f"  {change}"))
    console.print(f"Judged {len(grades)}; the points of {len(changes)} changed.")
    return HELD if any(grade.held for grade in grades) else GRADED
