"""What people decide: one decision kept beside a submission, and all grades with theirs in them."""

import datetime
import getpass
from pathlib import Path
from typing import NamedTuple

from grader.judge.decisions import Decisions, Override, decided, record, standing, trail
from grader.pipeline.publish import publish_reports
from grader.records import Grade, GraderError, attempts, load

ELSEWHERE = (
    "There is no such folder. Type the command in the folder that holds `runs`, and name "
    "runs/ASSIGNMENT or runs/ASSIGNMENT/SUBMISSION; `grader grade` makes them."
)


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
        raise GraderError(f"There are no grades in {runs}.", what_to_do=where_instead(runs))
    return grades


def where_instead(runs: Path) -> str:
    """What to do where a folder that somebody named holds nothing."""
    if runs.is_dir():
        return "Run `grader grade` first."
    beside = () if runs.parent == Path() else runs.parent.glob("*/")
    names = ", ".join(sorted(path.name for path in beside))
    return f"In {runs.parent} there are: {names}." if names else ELSEWHERE


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
    _has_a_use(decision, grade, attempt.parent)
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


def _has_a_use(decision: Override, grade: Grade, folder: Path) -> None:
    """Raises GraderError for a release of a grade that nobody held, which would end a later hold
    unseen, and for what takes nothing back."""
    id_ = grade.submission.id
    if decision.kind == "release" and not grade.held:
        raise GraderError(f"{id_} is not held.", what_to_do="Its points count without that.")
    made = (*standing(folder.parent).overrides, *trail(folder))
    mine = {(one.kind, one.criterion) for one in made if one.submission == id_}
    taken = {kind for kind, criterion in mine if decision.criterion in ("", criterion)}
    if decision.kind == "withdraw" and decision.what not in taken:
        kinds = sorted({kind for kind, _ in mine} - {"withdraw"})
        raise GraderError(
            f"{id_} has no {decision.what} {decision.criterion}".rstrip() + " to take back.",
            what_to_do=f"There are: {', '.join(kinds) or 'no decisions'}.",
        )
