"""From a submission to its grade: one arrow of the flow a function, one file a stage.

Each stage reads what the stage before it wrote, so a run that was killed goes on where it
stopped.
"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from grader.intake import Source
from grader.pipeline.gather import (
    Progress,
    Setting,
    attempt_folder,
    gather_evidence,
    may_go_on,
    measured_evidence,
    take_in,
)
from grader.pipeline.judged import finish
from grader.pipeline.stopwatch import Stopwatch
from grader.pipeline.training import trained_as
from grader.records import Evidence, Grade, Run, load, load_evidence, save, save_evidence

__all__ = ["Setting", "grade"]


def grade(source: Source, setting: Setting, announce: Progress, *, force: bool = False) -> Grade:
    """Grade one submission: intake, run, collect, measure, judge, report."""
    progress = Stopwatch(announce)
    progress("intake")
    submission, notebook = take_in(source, setting.assignment)
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
        save_evidence(attempt, evidence)
    progress("judge")
    judged = finish(attempt, setting.assignment, evidence)
    _keep_stages(attempt, progress.stages())
    return judged


def _keep_stages(attempt: Path, stages: dict[str, float]) -> None:
    """What was not gone through this time keeps the seconds of the last time."""
    run = load(attempt / "run.json", Run)
    if run is not None:
        kept = run.model_copy(update={"stages": {**run.stages, **stages}})
        save(attempt / "run.json", kept, lasting=False)


def _stale(evidence: Evidence) -> bool:
    """Evidence that a fault of ours left incomplete is gathered again."""
    ours = evidence.run.party == "ours"
    failed = evidence.measured is not None and evidence.measured.status == "failed"
    return ours or failed or evidence.measured is None
