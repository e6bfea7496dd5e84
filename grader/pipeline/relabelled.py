"""Did the notebook's training make the weights? A short run on swapped labels tells.

Honest training follows the labels, so the model answers by the swapped ones afterwards; weights
that were brought along answer as before.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from grader.assignment import Split
from grader.assignment.data import relabel
from grader.pipeline.stages import collected, measured
from grader.records import GraderError, Measured, Relabelled, Run, link_or_copy
from grader.run import Progress, Work, run_notebook

FOLDER = "relabelled"


def confirmed(
    model: Measured, work: Work, progress: Progress, earlier: Run | None = None
) -> Measured:
    """With what the short run showed; as it is where there is nothing to doubt. Status "failed"
    when the short run failed for a reason of ours: then the grade is held."""
    correct = sum(training.correct for training in model.trainings)
    total = sum(training.total for training in model.trainings)
    if model.mode != "notebook" or model.status != "ok" or correct <= total / model.classes:
        return model
    progress(FOLDER)
    folder = work.folder / FOLDER
    folder.mkdir(exist_ok=True)
    try:
        return model.model_copy(update={"relabelled": _short_run(work, folder, progress, earlier)})
    except (GraderError, OSError) as fault:
        return model.model_copy(update={"status": "failed", "message": str(fault)[:500]})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_run(work: Work, folder: Path, progress: Progress, earlier: Run | None) -> Relabelled:
    """One epoch on swapped labels, and what its model answers. Our faults are raised."""
    assets = replace(work.setting.assets, student=swapped(work))
    setting = replace(work.setting, assets=assets, training="relabelled")
    short = replace(work, setting=setting, asked=None, folder=folder)
    run = run_notebook(short, progress, earlier)
    if run.party == "ours":
        raise GraderError(run.message)
    again = measured(short, collected(short, run))
    if again is None or again.status in ("failed", "not_rebuilt"):
        raise GraderError(again.message if again else "Nothing was measured.")
    return Relabelled(
        status="ok" if again.status == "ok" else "not_measurable",
        message=again.message,
        correct=sum(training.correct for training in again.trainings),
        total=sum(training.total for training in again.trainings),
        interval=again.interval,
    )


def swapped(work: Work) -> Path:
    """The students' side of the assets with every label moved on by one: each class folder under
    the name of the next, and in files of arrays the labels themselves."""
    assets, data = work.setting.assets, work.setting.assignment.data
    following = (*data.classes[1:], *data.classes[:1])
    renamed = {
        (*Path(split.images).parts, old): (*Path(split.images).parts, new)
        for split in data.shown.values()
        for old, new in zip(data.classes, following, strict=True)
        if split.images
    }
    arrays: dict[Path, list[Split]] = {}
    for split in data.shown.values():
        if split.arrays:
            arrays.setdefault(assets.student / split.arrays, []).append(split)

    def make(folder: Path) -> None:
        for source in sorted(assets.student.rglob("*")):
            if source.is_file():
                *above, name = source.relative_to(assets.student).parts
                target = folder.joinpath(*renamed.get(tuple(above), above), name)
                target.parent.mkdir(parents=True, exist_ok=True)
                if source in arrays:
                    relabel(source, arrays[source], target, len(data.classes))
                else:
                    link_or_copy(source, target)

    splits = {name: split.model_dump(mode="json") for name, split in data.shown.items()}
    key = {"assets": assets.record.sha256, "classes": list(data.classes), "splits": splits}
    return work.setting.cache.get_or_make(FOLDER, key, make)[0]
