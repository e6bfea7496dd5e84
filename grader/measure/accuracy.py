"""Evidence → Measured: the student's model, trained and measured by us on hidden images.

The model is rebuilt from its vetted graph in a second sandbox with no student's code in it; the
labels of the hidden images never leave this process. What the student did wrong is a status with a
message for him; what we did wrong is the status "failed", which is tried again and then holds the
grade.
"""

from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.evidence.graph import reference_graph
from grader.measure.plan import NotMeasurable, Plan, plan
from grader.measure.tasks import Tasks, Trained, Weights
from grader.measure.weights import head_of, weights_of
from grader.records import (
    AssetError,
    Cache,
    Curve,
    Evidence,
    GraderError,
    Graph,
    Measured,
    Training,
    digest,
)
from grader.sandbox import Sandbox

FINAL = "final"
TRAINED = "trained"
"""The model that the notebook itself trained, where its training really ran."""
MAX_FEATURES_BYTES = 1_400_000_000
FLOAT32 = 4
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
) -> Measured:
    """Measure the final model of a run whose files are in `folder/out/`.

    AssetError and NoSandbox are raised: they concern every submission alike.
    """
    tasks = Tasks(assignment, assets, sandbox, cache)
    own = training != "recipe"
    common: dict[str, Any] = {
        "epochs": 0 if own else assets.recipe_epochs,
        "mode": "notebook" if own else "recipe",
        "hidden": assets.hidden_kind,
    }
    try:
        common["probe"] = _probe(evidence, tasks)
        strategy = _as_trained if own else _by_recipe
        scored = strategy(evidence, folder / "out", tasks)
    except NotMeasurable as reason:
        return Measured(status="not_measurable", message=str(reason), **common)
    except AssetError:
        raise
    except (GraderError, OSError) as fault:
        if not getattr(fault, "retryable", True):
            raise
        return Measured(status="failed", message=str(fault)[:500], **common)
    return Measured(
        status="ok",
        trainings=tuple(entry.training for entry in scored),
        interval=_interval(scored, assignment.recipe.confidence),
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


def _by_recipe(evidence: Evidence, out: Path, tasks: Tasks) -> list[Scored]:
    """The final model as built, trained by the recipe; with further seeds while the interval
    does not tell on which side of the threshold it is."""
    recipe = tasks.assignment.recipe
    graph = evidence.graphs.get(FINAL)
    if graph is None:
        raise NotMeasurable("There is no final model that could be measured.")
    planned = _planned(graph, tasks)
    weights = weights_of(evidence, graph, planned.cut, out, tasks)
    scored: list[Scored] = []
    for seed in recipe.seeds:
        scored.append(_scored(tasks, planned, weights, seed))
        low, high = _interval(scored, recipe.confidence)
        if not low < recipe.threshold < high:
            break
    return scored


def _as_trained(evidence: Evidence, out: Path, tasks: Tasks) -> list[Scored]:
    """The model that the notebook trained, with the numbers that it has, trained no further."""
    graph = evidence.graphs.get(TRAINED)
    if graph is None or not evidence.weights.get(TRAINED):
        raise NotMeasurable("The notebook left no trained model that could be measured.")
    planned = _planned(graph, tasks)
    weights = weights_of(evidence, graph, planned.cut, out, tasks, (TRAINED,))
    own = head_of(evidence, graph, TRAINED, out)
    return [_scored(tasks, planned, weights, tasks.assignment.recipe.seeds[0], own)]


def _planned(graph: Graph, tasks: Tasks) -> Plan:
    """NotMeasurable as well for features at so early a layer that they would not fit."""
    planned = plan(graph, tasks.assignment.recipe.input_shape)
    shapes = {layer.id: layer.output_shape for layer in reference_graph(tasks.assets).layers}
    images = sum(sum(split.values()) for split in tasks.assets.record.counts.values())
    size = prod(side or 1 for side in shapes[planned.cut][1:]) * FLOAT32 * images
    if size > MAX_FEATURES_BYTES:
        raise NotMeasurable(
            f"The features are taken so early in the network (`{planned.cut}`) that there are too "
            "many of them to train on."
        )
    return planned


def _scored(
    tasks: Tasks, planned: Plan, weights: Weights, seed: int, own: Weights | None = None
) -> Scored:
    """Answers against labels, here and nowhere else. No number, or not finite: a wrong answer."""
    trained, key, cached = tasks.train(planned, weights, seed, own)
    labels, middle = tasks.hidden_labels(), planned.compiled["middle"]
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
    """Epochs until the first whose loss is no finite number."""
    usable = {name: list(values) for name, values in trained.curve.items()}
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
    if not isinstance(asked, dict) or not tasks.assignment.recipe.cut:
        return None
    if "cut" not in evidence.graphs or any(array.origin != "pretrained" for array in base):
        return None
    seed, images = asked.get("seed"), asked.get("images")
    if type(seed) is not int or type(images) is not int or not 0 < images <= MAX_PROBE_IMAGES:
        raise GraderError("The assignment's hidden inputs have no usable `probe`.")
    return tasks.probe(seed, images)
