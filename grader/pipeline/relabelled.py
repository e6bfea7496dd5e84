"""Did the notebook's training make the weights? A short run on swapped class folders tells.

Honest training follows the labels, so the model answers the other way round afterwards; weights
that were brought along answer as before.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from grader.assignment.data import relabel
from grader.pipeline.stages import collected, measured
from grader.records import GraderError, Measured, Relabelled, link_or_copy
from grader.run import Progress, Work, run_notebook

FOLDER = "relabelled"
GUESSING = 0.5


def confirmed(model: Measured, work: Work, progress: Progress) -> Measured:
    """With what the short run showed; as it is where there is nothing to doubt.

    Status "failed" when the short run failed for a reason of ours: then the grade is held.
    """
    correct = sum(training.correct for training in model.trainings)
    total = sum(training.total for training in model.trainings)
    if model.mode != "notebook" or model.status != "ok" or correct <= GUESSING * total:
        return model
    progress(FOLDER)
    folder = work.folder / FOLDER
    folder.mkdir(exist_ok=True)
    try:
        return model.model_copy(update={"relabelled": _short_run(work, folder, progress)})
    except (GraderError, OSError) as fault:
        return model.model_copy(update={"status": "failed", "message": str(fault)[:500]})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_run(work: Work, folder: Path, progress: Progress) -> Relabelled:
    """One epoch on swapped labels, and what its model answers. Our faults are raised."""
    assets = replace(work.setting.assets, student=swapped(work))
    setting = replace(work.setting, assets=assets, training="relabelled")
    short = replace(work, setting=setting, asked=None, folder=folder)
    run = run_notebook(short, progress)
    if run.party == "ours":
        raise GraderError(run.message)
    again = measured(short, collected(short, run))
    if again.status == "failed":
        raise GraderError(again.message)
    return Relabelled(
        status=again.status,
        message=again.message,
        correct=sum(training.correct for training in again.trainings),
        total=sum(training.total for training in again.trainings),
        interval=again.interval,
    )


def swapped(work: Work) -> Path:
    """The students' side of the assets with every class under the name of the next: folders of
    images, labels of arrays."""
    assets, data = work.setting.assets, work.setting.assignment.data
    classes = data.classes
    renamed = dict(zip(classes, (*classes[1:], *classes[:1]), strict=True))

    def make(folder: Path) -> None:
        for source in sorted(assets.student.rglob("*")):
            if source.is_file():
                parts = source.relative_to(assets.student).parts
                target = folder.joinpath(*(renamed.get(part, part) for part in parts))
                target.parent.mkdir(parents=True, exist_ok=True)
                path = source.relative_to(assets.student).as_posix()
                splits = [split for split in data.shown.values() if split.arrays == path]
                if splits:
                    relabel(source, splits, target, len(classes))
                else:
                    link_or_copy(source, target)

    shown = {name: split.model_dump() for name, split in data.shown.items()}
    key = {"assets": assets.record.sha256, "classes": list(classes), "splits": shown}
    return work.setting.cache.get_or_make(FOLDER, key, make)[0]
