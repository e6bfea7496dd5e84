"""From a submission to its grade: one arrow of the flow a function, one file a stage.

Each stage reads what the stage before it wrote, so a run that was killed goes on where it
stopped, and `regrade` judges stored evidence without running anything.
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from pathlib import Path

from grader.assignment import Assignment
from grader.intake_sources import Source
from grader.judge import judge
from grader.pipeline_findings import KeptFindings
from grader.pipeline_gather import (
    Progress,
    Setting,
    attempt_folder,
    gather_evidence,
    may_go_on,
    measured_evidence,
    take_in,
)
from grader.pipeline_publish import publish
from grader.pipeline_training import trained_as
from grader.records import Evidence, Grade, Run
from grader.report import are_fresh
from grader.stopwatch import Stopwatch
from grader.store import current, load, save, set_current
from grader.store_evidence import load_evidence

__all__ = ["Setting", "finish", "grade", "regrade"]


def grade(source: Source, setting: Setting, announce: Progress, *, force: bool = False) -> Grade:
    """Grade one submission: intake, run, collect, measure, judge, report."""
    progress = Stopwatch(announce)
    progress("intake")
    submission, notebook = take_in(source, setting)
    submission, setting = trained_as(submission, notebook, setting)
    attempt = attempt_folder(submission, notebook, setting)
    if force:
        setting = dataclasses.replace(setting, share=False)
        shutil.rmtree(attempt, ignore_errors=True)
    evidence = load_evidence(attempt)
    if evidence is None or _stale(evidence):
        if evidence is not None and may_go_on(evidence, attempt):
            evidence = measured_evidence(evidence, attempt, setting, progress)
        else:
            evidence = gather_evidence(submission, notebook, source, attempt, setting, progress)
    progress("judge")
    judged = finish(attempt, setting.assignment, evidence)
    _keep_stages(attempt, progress.stages())
    return judged


def _keep_stages(attempt: Path, stages: dict[str, float]) -> None:
    """What was not gone through this time keeps the seconds of the last time."""
    run = load(attempt / "run.json", Run)
    if run is not None:
        kept = run.model_copy(update={"stages": {**run.stages, **stages}})
        save(attempt / "run.json", kept)


def finish(
    attempt: Path,
    assignment: Assignment,
    evidence: Evidence | None = None,
    stored: Grade | None = None,
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
        save(attempt / "grade.json", judged)
    publish(judged, attempt, fresh=same and are_fresh(attempt))
    if current(attempt.parent) != attempt:
        set_current(attempt)
    findings.keep()
    return judged


def regrade(attempt: Path, assignment: Assignment, stored: Grade | None = None) -> Grade:
    """Judge stored evidence again. Raises GraderError when there is none."""
    return finish(attempt, assignment, stored=stored)


def _same(one: Grade, other: Grade) -> bool:
    return one.model_copy(update={"graded_at": ""}) == other


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _stale(evidence: Evidence) -> bool:
    """Evidence that a fault of ours left incomplete is gathered again."""
    ours = evidence.run.party == "ours"
    failed = evidence.measured is not None and evidence.measured.status == "failed"
    return ours or failed or evidence.measured is None
