"""What people decide: one decision kept beside a submission, and all grades with theirs in them."""

import datetime
import getpass
from pathlib import Path
from typing import NamedTuple

from grader.judge.decisions import Decisions, Override, decided, record
from grader.pipeline.publish import publish_reports
from grader.records import Grade, GraderError, attempts, load


class Decided(NamedTuple):
    attempt: Path
    judged: Grade
    final: Grade
    """As people decided it."""


def all_decided(runs: Path, decisions: Decisions | None = None) -> list[Decided]:
    """Every current grade below a run folder. Raises GraderError where there is none.
    decisions: of the class, beside those that are kept in the folders."""
    grades = [
        Decided(attempt, judged, decided(judged, attempt.parent, decisions))
        for attempt in attempts(runs)
        if (judged := load(attempt / "grade.json", Grade)) is not None
    ]
    if not grades:
        beside = () if runs.is_dir() or runs.parent == Path() else runs.parent.glob("*/")
        names = ", ".join(sorted(path.name for path in beside))
        advice = f"In {runs.parent} there are: {names}." if names else "Run `grader grade` first."
        raise GraderError(f"There are no grades in {runs}.", what_to_do=advice)
    return grades


def decide(run: Path, decision: Override) -> Decided:
    """Keep one decision about the one submission below `run`, and renew its report. Submission,
    notebook, time and, where nobody is named, the login are filled in here. Raises GraderError for
    several submissions, none, or a criterion that there is not."""
    submissions = list(attempts(run))
    if len(submissions) != 1:
        raise GraderError(
            f"{run} holds {len(submissions) or 'no'} submissions.",
            what_to_do="Name the folder of just one: RUNS/ASSIGNMENT/SUBMISSION.",
        )
    (attempt,) = submissions
    grade = load(attempt / "grade.json", Grade)
    if grade is None:
        raise GraderError(f"{run} has no grade.", what_to_do="Run `grader grade` first.")
    known = {verdict.criterion for verdict in grade.verdicts}
    if decision.criterion and decision.criterion not in known:
        raise GraderError(
            f"{grade.submission.id} has no criterion {decision.criterion!r}.",
            what_to_do=f"There are: {', '.join(sorted(known))}.",
        )
    signed = {
        "submission": grade.submission.id,
        "sha256": grade.submission.sha256,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "by": decision.by or getpass.getuser(),
    }
    record(attempt.parent, decision.model_copy(update=signed))
    return Decided(attempt, grade, publish_reports(grade, attempt))
