"""Evidence → Measured: the student's model, trained and measured by us on hidden images.

The model is rebuilt from its vetted graph in a second sandbox with no student's code in it; the
labels of the hidden images never leave this process. What the student did wrong is a status with a
message for him; what we did wrong is the status "failed", which is tried again and then holds the
grade.
"""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any, Literal

from grader.assignment import Assignment
from grader.evidence.graph import reference_graph
from grader.measure.bench import AssetsLike, Bench, Trained
from grader.measure.interval import wilson
from grader.measure.plan import NotMeasurable, Plan, plan
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

__all__ = ["measure"]

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
    assets: AssetsLike,
    sandbox: Sandbox,
    cache: Cache,
    training: Literal["recipe", "notebook", "relabelled"] = "recipe",
) -> Measured:
    """Measure the final model of a run whose files are in `folder/out/`.

    AssetError and NoSandbox are raised: they concern every submission alike.
    """
    bench = Bench(assignment, assets, sandbox, cache)
    own = training != "recipe"
    common: dict[str, Any] = {
        "epochs": 0 if own else assets.recipe_epochs,
        "mode": "notebook" if own else "recipe",
        "hidden": assets.hidden_kind,
    }
    try:
        common["probe"] = _probe(evidence, bench)
        measured = _own_training if own else _measured
        return measured(evidence, folder / "out", bench, common)
    except NotMeasurable as reason:
        return Measured(status="not_measurable", message=str(reason), **common)
    except AssetError:
        raise
    except (GraderError, OSError) as fault:
        if not getattr(fault, "retryable", True):
            raise
        return Measured(status="failed", message=str(fault)[:500], **common)


def _measured(evidence: Evidence, out: Path, bench: Bench, common: dict[str, Any]) -> Measured:
    recipe = bench.assignment.recipe
    graph = evidence.graphs.get(FINAL)
    if graph is None:
        raise NotMeasurable("There is no final model that could be measured.")
    planned = plan(graph, recipe.input_shape)
    _check_size(planned, graph, bench)
    weights = weights_of(evidence, graph, planned.cut, out, bench)
    labels = bench.hidden_labels()
    trainings: list[Training] = []
    keys, all_cached = [], True
    for seed in recipe.seeds:
        trained, key, cached = bench.train(planned, weights, seed)
        trainings.append(_scored(trained, labels, planned, seed))
        keys.append(key)
        all_cached = all_cached and cached
        interval = _interval(trainings, recipe.confidence)
        if not interval[0] < recipe.threshold < interval[1]:
            break
    return Measured(
        status="ok",
        trainings=tuple(trainings),
        interval=interval,
        key=digest(keys),
        cached=all_cached,
        **common,
    )


def _own_training(evidence: Evidence, out: Path, bench: Bench, common: dict[str, Any]) -> Measured:
    """The model that the notebook trained, with the numbers that it has, trained no further."""
    recipe = bench.assignment.recipe
    graph = evidence.graphs.get(TRAINED)
    if graph is None or not evidence.weights.get(TRAINED):
        raise NotMeasurable("The notebook left no trained model that could be measured.")
    planned = plan(graph, recipe.input_shape)
    _check_size(planned, graph, bench)
    weights = weights_of(evidence, graph, planned.cut, out, bench, (TRAINED,))
    own = head_of(evidence, graph, TRAINED, out)
    trained, key, cached = bench.train(planned, weights, recipe.seeds[0], own)
    scored = _scored(trained, bench.hidden_labels(), planned, recipe.seeds[0])
    return Measured(
        status="ok",
        trainings=(scored,),
        interval=_interval([scored], recipe.confidence),
        key=digest([key]),
        cached=cached,
        **common,
    )


def _interval(trainings: list[Training], confidence: float) -> tuple[float, float]:
    """Of the pooled share: trainings see the same images, so it is a little too narrow for them."""
    correct = sum(one.correct for one in trainings)
    return wilson(correct, sum(one.total for one in trainings), confidence)


def _scored(trained: Trained, labels: dict[str, int], planned: Plan, seed: int) -> Training:
    """Answers against labels, here and nowhere else. No number, or not finite: a wrong answer."""
    middle = planned.compiled["middle"]
    correct = sum(
        _answer(row, middle) == labels[name]
        for name, row in zip(trained.names, trained.answers, strict=True)
    )
    return Training(seed=seed, correct=correct, total=len(labels), curve=_curve(trained))


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


def _check_size(planned: Plan, graph: Graph, bench: Bench) -> None:
    """Features at a very early layer would not fit; nobody is asked to cut there."""
    shapes = {layer.id: layer.output_shape for layer in reference_graph(bench.assets).layers}
    images = sum(sum(split.values()) for split in bench.assets.record.counts.values())
    size = prod(side or 1 for side in shapes[planned.cut][1:]) * FLOAT32 * images
    if size > MAX_FEATURES_BYTES:
        raise NotMeasurable(
            f"The features are taken so early in the network (`{planned.cut}`) that there are too "
            "many of them to train on."
        )


def _probe(evidence: Evidence, bench: Bench) -> Any:
    """What the pretrained network answers to the probe images that the student's was asked for.

    Only when that network has the pretrained weights: else a difference tells nothing new.
    """
    asked = evidence.asked.get("probe") if isinstance(evidence.asked, dict) else None
    base = evidence.weights.get("base", ())
    if (
        not isinstance(asked, dict)
        or "cut" not in evidence.graphs
        or not bench.assignment.recipe.cut
    ):
        return None
    if any(array.origin != "pretrained" for array in base):
        return None
    seed, images = asked.get("seed"), asked.get("images")
    if type(seed) is not int or type(images) is not int or not 0 < images <= MAX_PROBE_IMAGES:
        raise GraderError("The assignment's hidden inputs have no usable `probe`.")
    return bench.probe(seed, images)
