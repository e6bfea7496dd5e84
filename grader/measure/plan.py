"""What there is to measure in a model: its layers, how it is compiled, how it is told apart. Pure.

A plan holds no name of the student's: models that compute and learn alike have equal plans. What
cannot be right is said to the student (NotMeasurable); what may be right and is only not known to
us is ours to lack (NotRebuilt) and never costs him anything.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from math import prod
from statistics import fmean
from typing import Any

from grader.measure.allowed import (
    ARITHMETIC,
    COMBINING,
    LAYERS,
    LOSSES,
    MAX_RATE,
    OPTIMIZERS,
    OPTIONS,
    OTHER_LOSSES,
    OTHER_OPTIMIZERS,
    SCHEDULES,
    may_be_right,
    number,
    wrong,
    wrong_setting,
)
from grader.records import Graph, Layer, Record

PASSING = {
    "GaussianNoise",
    "Identity",
    "Reshape",
    "Permute",
    "Resizing",
    "CenterCrop",
    "Concatenate",
}
"""Layers that leave values what they are, outside of training; so do Random… ones."""
MAX_LAYERS = 400
NEAR = 0.5
"""So far from 0 are the mean and the logarithm of the deviation of standardised values, at most."""
MIDDLE_OF_LOGITS = {"hinge", "squared_hinge"}


class NotMeasurable(Exception):
    """The model cannot be measured, whoever tries; the message is for its student."""


class NotRebuilt(Exception):
    """The model may be right and we cannot rebuild it; the message is for whoever looks at it."""


class Plan(Record):
    """Everything about a model that its measured accuracy depends on."""

    cut: str = ""
    """Layer of the pretrained network whose output the head reads; "": the head is the whole model
    and reads the data themselves."""
    input_shape: tuple[int, ...] = ()
    """Of one example, as a model without a cut reads it."""
    rescalings: tuple[tuple[float, float], ...] = ()
    """(scale, offset) that the model itself applies to its input, one after the other."""
    front: tuple[dict[str, Any], ...] = ()
    """What stands in front of the pretrained network where it is more than `rescalings`, in the
    form of `head`."""
    head: tuple[dict[str, Any], ...]
    """{"kind", "settings", "inputs", "trainable"}: inputs are numbers of earlier entries, −1 what
    the head reads. "again": number of the earlier entry that is this very layer. "shape": of its
    output, where a whole model is rebuilt."""
    compiled: dict[str, Any]
    """{"loss", "optimizer", "middle"}; an output above "middle" says class 1."""


def values_given(plan: Plan, scale: float, offset: float) -> tuple[float, float]:
    """(scale, offset) of the values that the model is given: pixel × scale + offset.

    Usually those of the recipe, which say what the data function is asked to deliver. A model that
    scales by itself is given the values as the files have them, where what comes out then is nearer
    to what the recipe asks for than what would come out of values that are scaled already.
    """
    own = math.prod(abs(factor) for factor, _ in plan.rescalings)
    raw = plan.rescalings and abs(_log(own) - _log(abs(scale))) < abs(_log(own))
    return (1.0, 0.0) if raw else (scale, offset)


def takes_raw(plan: Plan) -> bool:
    """Whether a model normalises what it is given by numbers that are not those of columns which
    are standardised already, so that it has to be given the values as the files have them."""
    return any(
        abs(_log(abs(scale))) > NEAR or abs(offset) > NEAR for scale, offset in plan.rescalings
    )


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def require_layers(graph: Graph) -> None:
    """NotMeasurable for a model that does not show what it computes."""
    if graph.style == "opaque":
        raise NotMeasurable(
            "The model is of a class of its own, so its layers cannot be seen from outside; build "
            "it with Model(inputs, outputs)."
        )


def rescalings_of(layers: Sequence[Layer]) -> tuple[tuple[float, float], ...]:
    """(scale, offset) of the layers that stand between the input and what learns, in order; of
    several channels with numbers of their own the mean."""
    rescalings = []
    for layer in layers:
        affine = affine_of(layer)
        if affine:
            scales, offsets = affine
            rescalings.append((fmean(scales), fmean(offsets)))
        elif not (layer.kind.startswith("Random") or layer.kind in PASSING):
            break
    return tuple(rescalings)


def affine_of(layer: Layer) -> tuple[list[float], list[float]] | None:
    """(scales, offsets) of a layer that computes value × scale + offset, one for all channels or
    one for each."""
    settings = layer.settings
    if layer.kind not in AFFINE or wrong_setting(layer.kind, settings) or len(layer.inputs) != 1:
        return None
    names, compute = AFFINE[layer.kind]
    given = [settings.get(name, USUAL.get(name)) for name in names]
    lists = [value if isinstance(value, list) else [value] for value in given]
    longest = max(map(len, lists))
    if any(len(numbers) not in (1, longest) or None in numbers for numbers in lists):
        return None
    try:
        pairs = [
            compute(*each) for each in zip(*(n * (longest // len(n)) for n in lists), strict=True)
        ]
    except ZeroDivisionError:
        return None
    if settings.get("invert"):
        pairs = [(1 / scale, -offset / scale) for scale, offset in pairs]
    return [scale for scale, _ in pairs], [offset for _, offset in pairs]


def _normalized(mean: float, variance: float) -> tuple[float, float]:
    deviation = max(math.sqrt(variance), 1e-7)
    return 1 / deviation, -mean / deviation


AFFINE: dict[str, tuple[tuple[str, str], Callable[..., tuple[float, float]]]] = {
    "Rescaling": (("scale", "offset"), lambda scale, offset: (float(scale), float(offset))),
    "Normalization": (("mean", "variance"), _normalized),
    "op:add": (("constant", "first"), lambda number, _: (1.0, float(number))),
    "op:subtract": (("constant", "first"), lambda n, first: (-1.0, n) if first else (1.0, -n)),
    "op:multiply": (("constant", "first"), lambda number, _: (float(number), 0.0)),
    "op:divide": (("constant", "first"), lambda n, first: (1 / (0 if first else n), 0.0)),
}
"""Kind → the two settings that its numbers stand in, and (scale, offset) by them."""
USUAL = {"offset": 0.0, "first": False}


def entries_of(
    layers: Sequence[Layer], sources: Mapping[str, int], *, where: str = "", shaped: bool = False
) -> tuple[dict[str, Any], ...]:
    """The layers as entries of a plan. sources: id of what they read first → −1.

    where: put behind a layer's name in words. shaped: the shapes of outputs are to be compared.
    """
    if len(layers) > MAX_LAYERS:
        raise NotMeasurable(f"The model has more than {MAX_LAYERS} layers{where}.")
    numbers = dict(sources)
    entries: list[dict[str, Any]] = []
    for layer in layers:
        entry = _entry(layer, numbers, where)
        again = _again(layer, layers[: len(entries)])
        if again is not None:
            entry["again"] = again
        if shaped and layer.output_shape:
            entry["shape"] = list(layer.output_shape[1:])
        numbers[layer.id] = len(entries)
        entries.append(entry)
    return tuple(entries)


def _entry(layer: Layer, numbers: Mapping[str, int], where: str) -> dict[str, Any]:
    kind, settings = _settings(layer, where)
    sources = [numbers.get(source) for source in layer.inputs]
    reads = {2, 3, 4, 5, 6, 7, 8} if kind in COMBINING else {1}
    if kind in ARITHMETIC:
        reads = {1} if "constant" in settings else {2}
    if None in sources or len(sources) not in reads:
        raise NotRebuilt(f"{_a_layer(layer, True)} reads something that the grader cannot rebuild.")
    return {
        "kind": kind,
        "settings": settings,
        "inputs": sources,
        "trainable": layer.trainable_parameters > 0 or layer.parameters <= 0,
    }


def _settings(layer: Layer, where: str) -> tuple[str, dict[str, Any]]:
    """(kind, settings) as the sandbox builds it."""
    if layer.kind not in LAYERS:
        raise NotRebuilt(
            f"The model has {_a_layer(layer)}{where}, which the grader cannot rebuild."
        )
    settings = {name: value for name, value in layer.settings.items() if name != "training"}
    unfit = wrong_setting(layer.kind, settings)
    if unfit:
        ours = may_be_right(layer.kind, unfit, settings)
        raise (NotRebuilt if ours else NotMeasurable)(
            f"{_a_layer(layer, True)} has a setting `{unfit[:40]}` that the grader cannot rebuild."
        )
    return layer.kind, settings


def _again(layer: Layer, before: Sequence[Layer]) -> int | None:
    """Number of the earlier node that is the same layer, called before: it counts the numbers."""
    stem, mark, _ = layer.id.rpartition("#")
    if layer.parameters or not mark:
        return None
    for index, earlier in enumerate(before):
        same = (earlier.kind, earlier.name) == (layer.kind, layer.name)
        if same and earlier.id == stem and earlier.parameters:
            return index
    return None


def compiled_of(graph: Graph, last: Layer, classes: int) -> dict[str, Any]:
    """How the model is trained and read. last: the layer of its output."""
    if not graph.compiled or not graph.loss.kind or not graph.optimizer.kind:
        raise NotMeasurable("The model is not compiled: it has no loss and no optimizer to train.")
    if graph.loss.kind not in LOSSES:
        ours = graph.loss.kind in OTHER_LOSSES
        raise (NotRebuilt if ours else NotMeasurable)(
            f"The grader cannot train with the loss `{graph.loss.kind[:60]}`; use one of Keras's "
            f"own for {'two classes' if classes == 2 else f'{classes} classes'}."  # noqa: PLR2004
        )
    units = prod(side or 1 for side in last.output_shape[1:]) if last.output_shape else 0
    if units == 1 and classes > 2:  # noqa: PLR2004 - one unit tells two classes apart
        raise NotMeasurable(f"The model has one output, which cannot tell {classes} classes apart.")
    return {
        "loss": graph.loss.model_dump(mode="json"),
        "optimizer": _optimizer(graph),
        "middle": _middle(graph, last),
    }


def _optimizer(graph: Graph) -> dict[str, Any]:
    declared, rate = graph.optimizer, graph.optimizer.learning_rate
    if declared.kind in OTHER_OPTIMIZERS:
        raise NotRebuilt(f"The grader does not have the optimizer `{declared.kind[:60]}`.")
    if declared.kind not in OPTIMIZERS or rate is None or not number(0, MAX_RATE)(rate):
        raise NotMeasurable(
            f"The grader cannot train with the optimizer `{declared.kind[:60]}` and its learning "
            "rate; use one of Keras's own."
        )
    given = {k: v for k, v in declared.settings.items() if v is not None}
    unfit = wrong(OPTIONS, given)
    if unfit:
        raise NotMeasurable(f"The optimizer has a setting `{unfit[:40]}` out of all bounds.")
    optimizer = {"kind": declared.kind, "learning_rate": rate, "settings": given}
    plan = {name: value for name, value in declared.schedule.items() if value is not None}
    if not plan:
        return optimizer
    rules = SCHEDULES.get(str(plan.pop("kind", "")), {})
    if not plan or wrong(rules, plan):
        raise NotRebuilt(
            "The optimizer has a plan of learning rates that the grader cannot rebuild."
        )
    return optimizer | {"schedule": dict(declared.schedule)}


def _middle(graph: Graph, last: Layer) -> float:
    """0.5 for what is read as a probability, 0 for what is read as a logit or a sign."""
    activation = last.settings.get("activation", "linear")
    if last.kind in ("Softmax", "ReLU"):
        activation = last.kind.lower()
    signed = graph.loss.from_logits or graph.loss.kind in MIDDLE_OF_LOGITS
    return 0.0 if activation == "tanh" or (activation == "linear" and signed) else 0.5


def _a_layer(layer: Layer, first: bool = False) -> str:
    kind = layer.kind.removeprefix("custom:").removeprefix("op:")[:60]
    return f"{'The' if first else 'a'} layer `{kind}`"
