"""Evidence → Measured: the student's model, trained and measured by us on hidden data.

The model is rebuilt from its vetted graph in a second sandbox with no student's code in it; the
labels of the hidden data never leave this process. What the student did wrong is a status with a
message for him; what we did wrong is the status "failed", which is tried again and then holds the
grade; what we only cannot rebuild is "not_rebuilt" and holds the criterion.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.measure import as_trained, transfer, whole
from grader.measure.plan import NotMeasurable, NotRebuilt
from grader.measure.tasks import Prepared, Tasks, Trained
from grader.records import (
    AssetError,
    Cache,
    Curve,
    Evidence,
    GraderError,
    Measured,
    Training,
    digest,
)
from grader.sandbox import OtherMachines, Sandbox

BY_RECIPE = {"transfer": transfer.prepare, "whole": whole.prepare}
"""Strategies that train: (evidence, final graph, folder of what was left, tasks) → Prepared."""
MAX_PROBE_IMAGES = 16


def measure(
    evidence: Evidence,
    *,
    folder: Path,
    assignment: Assignment,
    assets: AssetStore,
    sandbox: Sandbox,
    cache: Cache,
    training: Literal["recipe", "notebook", "relabelled"] = "recipe",
    elsewhere: OtherMachines | None = None,
) -> Measured | None:
    """Measure the final model of a run whose files are in `folder/out/`; None where the assignment
    measures nothing.

    elsewhere: does it instead of the sandbox. AssetError and NoSandbox are raised: they concern
    every submission alike.
    """
    if assignment.recipe is None:
        return None
    tasks = Tasks(assignment, assignment.recipe, assets, sandbox, cache, elsewhere)
    own = training != "recipe" or tasks.recipe.strategy == "as_trained"
    split = assignment.data.hidden
    common: dict[str, Any] = {
        "epochs": 0 if own else tasks.epochs,
        "mode": "notebook" if own else "recipe",
        "hidden": assets.hidden_kind,
        "classes": len(tasks.classes),
        "examples": "images" if split is None or split.images else "examples",
    }
    try:
        common["probe"] = _probe(evidence, tasks)
        prepared = _prepared(evidence, folder / "out", tasks, own=own)
        scored = _by_seeds(prepared, tasks)
    except NotMeasurable as reason:
        return Measured(status="not_measurable", message=str(reason), **common)
    except NotRebuilt as reason:
        return Measured(status="not_rebuilt", message=str(reason), **common)
    except AssetError:
        raise
    except (GraderError, OSError) as fault:
        if not getattr(fault, "retryable", True):
            raise
        return Measured(status="failed", message=str(fault)[:500], **common)
    return Measured(
        status="ok",
        trainings=tuple(entry.training for entry in scored),
        interval=_interval(scored, tasks.recipe.confidence),
        key=digest([entry.key for entry in scored]),
        cached=all(entry.cached for entry in scored),
        **common,
    )


@dataclass(frozen=True)
class Scored:
    """One training against the labels, the hash of all it depends on, and whether it was kept."""

    training: Training
    key: str
    cached: bool


def _prepared(evidence: Evidence, out: Path, tasks: Tasks, *, own: bool) -> Prepared:
    if own:
        return as_trained.prepare(evidence, out, tasks)
    graph = evidence.graphs.get(as_trained.FINAL)
    if graph is None:
        raise NotMeasurable("There is no final model that could be measured.")
    return BY_RECIPE[tasks.recipe.strategy](evidence, graph, out, tasks)


def _by_seeds(prepared: Prepared, tasks: Tasks) -> list[Scored]:
    """Trained with further seeds while the interval does not tell on which side of the threshold it
    is; what is trained already is asked once."""
    recipe = tasks.recipe
    scored: list[Scored] = []
    for seed in recipe.seeds if prepared.own is None else recipe.seeds[:1]:
        scored.append(_scored(tasks, prepared, seed))
        low, high = _interval(scored, recipe.confidence)
        if not low < recipe.threshold < high:
            break
    return scored


def _scored(tasks: Tasks, prepared: Prepared, seed: int) -> Scored:
    """Answers against labels, here and nowhere else. No number, or not finite: a wrong answer."""
    trained, key, cached = tasks.train(prepared, seed)
    labels, middle = tasks.hidden_labels(), prepared.plan.compiled["middle"]
    correct = sum(
        _answer(row, middle) == labels[name]
        for name, row in zip(trained.names, trained.answers, strict=True)
    )
    training = Training(seed=seed, correct=correct, total=len(labels), curve=_curve(trained))
    return Scored(training, key, cached)


def _answer(row: tuple[float | None, ...], middle: float) -> int | None:
    """The class that an output names: above the middle for one unit, the largest of several."""
    numbers = [number for number in row if number is not None]
    if not numbers or len(numbers) != len(row):
        return None
    if len(numbers) == 1:
        return int(numbers[0] > middle)
    return max(range(len(numbers)), key=lambda unit: numbers[unit])


def _curve(trained: Trained) -> Curve:
    """Epochs until the first whose loss is no finite number; without data for validation there is
    nothing of these."""
    usable = {name: list(values) for name, values in trained.curve.items() if values}
    length = min((len(values) for values in usable.values()), default=0)
    for values in usable.values():
        length = min(length, values.index(None) if None in values else length)
    return Curve(**{name: values[:length] for name, values in usable.items()})


def _interval(scored: list[Scored], confidence: float) -> tuple[float, float]:
    """Of the pooled share: trainings see the same images, so it is a little too narrow for them."""
    correct = sum(entry.training.correct for entry in scored)
    return wilson(correct, sum(entry.training.total for entry in scored), confidence)


def wilson(correct: int, total: int, confidence: float) -> tuple[float, float]:
    """Wilson score interval of a share, at that (two-sided) confidence; (0, 1) of nothing.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927). Sound also near 0 and 1, where the usual ± is not.
    """
    if not 0 <= correct <= total:
        raise ValueError("correct must be between 0 and total")
    if total == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, extra = correct / total, z * z / total
    middle = (share + extra / 2) / (1 + extra)
    reach = z / (1 + extra) * sqrt(share * (1 - share) / total + extra / total / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _probe(evidence: Evidence, tasks: Tasks) -> Any:
    """What the pretrained network answers to the probe images that the student's was asked for.

    Only when that network has the pretrained weights: else a difference tells nothing new.
    """
    asked = evidence.asked.get("probe") if isinstance(evidence.asked, dict) else None
    base = evidence.weights.get("base", ())
    if not isinstance(asked, dict) or not tasks.recipe.cut:
        return None
    if "cut" not in evidence.graphs or any(array.origin != "pretrained" for array in base):
        return None
    seed, images = asked.get("seed"), asked.get("images")
    if type(seed) is not int or type(images) is not int or not 0 < images <= MAX_PROBE_IMAGES:
        raise GraderError("The assignment's hidden inputs have no usable `probe`.")
    return tasks.probe(seed, images)
