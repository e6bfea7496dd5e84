"""Did the notebook's training make the weights? A short run on swapped class folders tells.

Honest training follows the labels, so the model answers the other way round afterwards; weights
that were brought along answer as before.
"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.evidence import collect_evidence
from grader.intake import kept, take_in
from grader.measure import measure
from grader.records import (
    Cache,
    Evidence,
    GraderError,
    Measured,
    Relabelled,
    Run,
    link_or_copy,
)
from grader.run import Progress, Setting, run_notebook

FOLDER = "relabelled"
GUESSING = 0.5


def confirmed(
    measured: Measured, evidence: Evidence, attempt: Path, setting: Setting, progress: Progress
) -> Measured:
    """With what the short run showed; as it is where there is nothing to doubt.

    Status "failed" when the short run failed for a reason of ours: then the grade is held.
    """
    correct = sum(one.correct for one in measured.trainings)
    total = sum(one.total for one in measured.trainings)
    if measured.mode != "notebook" or measured.status != "ok" or correct <= GUESSING * total:
        return measured
    progress(FOLDER)
    folder = attempt / FOLDER
    folder.mkdir(exist_ok=True)
    try:
        return measured.model_copy(update=_second(evidence, folder, setting, progress))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _second(
    evidence: Evidence, folder: Path, setting: Setting, progress: Progress
) -> dict[str, object]:
    """What changes in Measured: the result of the short run, or why there is none."""
    submission = evidence.submission
    try:
        store = dataclasses.replace(
            setting.assets, student=swapped(setting.assets, setting.assignment, setting.cache)
        )
        _, notebook = take_in(kept(folder.parent, submission), setting.assignment)
    except (GraderError, OSError) as fault:
        return {"status": "failed", "message": str(fault)[:500]}
    if notebook is None:
        return {"status": "failed", "message": "The stored notebook cannot be read again."}
    short = dataclasses.replace(setting, assets=store, training="relabelled")
    run = run_notebook(submission, notebook, None, folder, short, progress)
    if run.party == "ours":
        return {"status": "failed", "message": run.message}
    return _compared(evidence, run, folder, short)


def _compared(evidence: Evidence, run: Run, folder: Path, short: Setting) -> dict[str, object]:
    second = collect_evidence(
        folder,
        assignment=short.assignment,
        submission=evidence.submission,
        run=run,
        assets=short.assets,
        asked=None,
    )
    again = measure(
        second,
        folder=folder,
        assignment=short.assignment,
        assets=short.assets,
        sandbox=short.sandbox,
        cache=short.cache,
        training=short.training,
    )
    if again.status == "failed":
        return {"status": "failed", "message": again.message}
    return {
        "relabelled": Relabelled(
            status=again.status,
            message=again.message,
            correct=sum(one.correct for one in again.trainings),
            total=sum(one.total for one in again.trainings),
            interval=again.interval,
        )
    }


def swapped(assets: AssetStore, assignment: Assignment, cache: Cache) -> Path:
    """The students' side of the assets with every class folder under the name of the next."""
    classes = assignment.recipe.classes

    def make(folder: Path) -> None:
        for source in sorted(assets.student.rglob("*")):
            if source.is_file():
                parts = [_next(part, classes) for part in source.relative_to(assets.student).parts]
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(source, target)

    key = {"assets": assets.record.sha256, "classes": list(classes)}
    return cache.get_or_make(FOLDER, key, make)[0]


def _next(part: str, classes: tuple[str, ...]) -> str:
    return classes[(classes.index(part) + 1) % len(classes)] if part in classes else part
