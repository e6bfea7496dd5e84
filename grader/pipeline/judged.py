"""From evidence to its grade and reports; nothing runs, so judging again needs this alone."""

from __future__ import annotations

import datetime
from pathlib import Path

from grader.assignment import Assignment
from grader.judge import judge
from grader.pipeline.findings import KeptFindings
from grader.pipeline.publish import publish_reports
from grader.records import Evidence, Grade, current, load, save, set_current
from grader.report import are_fresh


def finish(
    attempt: Path,
    assignment: Assignment,
    evidence: Evidence | None = None,
    stored: Grade | None = None,
    *,
    lasting: bool = True,
) -> Grade:
    """Judge, write the grade and its reports, and make the attempt the one that counts.

    `grade.json` and what is returned are the judge's own; what people decided is in the reports.
    evidence, stored: what the attempt's files hold, where it was read already. Raises GraderError
    without evidence.
    """
    findings = KeptFindings(attempt, assignment, evidence)
    judged = judge(assignment, findings.evidence, findings)
    stored = stored or load(attempt / "grade.json", Grade)
    same = stored is not None and _same(stored, judged)
    if stored is not None and same:
        judged = stored
    else:
        judged = judged.model_copy(update={"graded_at": _now()})
        save(attempt / "grade.json", judged, lasting=lasting)
    publish_reports(judged, attempt, fresh=same and are_fresh(attempt))
    if current(attempt.parent) != attempt:
        set_current(attempt)
    findings.keep()
    return judged


def regrade(attempt: Path, assignment: Assignment, stored: Grade | None = None) -> Grade:
    """Judge stored evidence again. Raises GraderError when there is none.

    Waits for no disk: after a power cut it is done once more, from evidence that is there.
    """
    return finish(attempt, assignment, stored=stored, lasting=False)


def _same(one: Grade, other: Grade) -> bool:
    return one.model_copy(update={"graded_at": ""}) == other


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
