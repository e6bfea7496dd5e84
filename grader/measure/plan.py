"""What there is to measure in a model: its layers, how it is compiled, how it is told apart. Pure.

A plan holds no name of the student's: models that compute and learn alike have equal plans. What
cannot be right is said to the student (NotMeasurable); what may be right and is only not known to
us is ours to lack (NotRebuilt) and never costs him anything.
"""

import math
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from grader.measure.allowed import (
    COMBINING,
    LAYERS,
    LOSSES,
    MAX_RATE,
    OPTIMIZERS,
    OPTIONS,
    OTHER_LOSSES,
    may_be_right,
    number,
    wrong_setting,
)
from grader.measure.operations import ARITHMETIC, SHAPING, constant_of, target_of
from grader.measure.recurrent import BOTH_WAYS, both_ways
from grader.records import Graph, Layer, Record

LEGACY = {"training", "time_major", "implementation", "input_length", "rng_type"}
"""Arguments that only tf-keras obeys, or that change no number."""
MAX_LAYERS = 400
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


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def require_layers(graph: Graph) -> None:
    """NotMeasurable for a model that does not show what it computes."""
    if graph.style == "opaque":
        raise NotMeasurable(
            "The model is of a class of its own, so its layers cannot be seen from outside; build "
            "it with Model(inputs, outputs)."
        )


def rescalings_of(layers: Sequence[Layer], *, whole_way: bool) -> tuple[tuple[float, float], ...]:
    """(scale, offset) of the layers that stand between the input and what learns, in order.

    Augmentation and noise do nothing outside of training. whole_way: all of them are such layers,
    or it is NotRebuilt; else those up to the first that is none.
    """
    rescalings = []
    for layer in layers:
        affine = _affine(layer)
        if affine:
            rescalings.append(affine)
        elif not (layer.kind.startswith("Random") or layer.kind in ("GaussianNoise", "Identity")):
            if whole_way:
                raise NotRebuilt(
                    f"Between the input and the pretrained network stands {_a_layer(layer)} that "
                    "the grader cannot rebuild."
                )
            break
    return tuple(rescalings)


def _affine(layer: Layer) -> tuple[float, float] | None:
    """(scale, offset) of a layer that computes value × scale + offset, equal for all channels."""
    settings = layer.settings
    if layer.kind in ARITHMETIC:
        return _affine_operation(layer)
    if layer.kind not in ("Rescaling", "Normalization") or wrong_setting(layer.kind, settings):
        return None
    if layer.kind == "Rescaling":
        numbers = settings.get("scale", 1.0), settings.get("offset", 0.0)
        plain = all(isinstance(value, int | float) for value in numbers)
        return (float(numbers[0]), float(numbers[1])) if plain else None
    mean, variance = settings.get("mean"), settings.get("variance")
    if not (isinstance(mean, int | float) and isinstance(variance, int | float)):
        return None
    deviation = max(math.sqrt(variance), 1e-7)
    return (deviation, mean) if settings.get("invert") else (1 / deviation, -mean / deviation)


def _affine_operation(layer: Layer) -> tuple[float, float] | None:
    constant = constant_of(layer)
    if constant is None or isinstance(constant.value, tuple):
        return None
    value, first = constant.value, constant.first
    match ARITHMETIC[layer.kind]:
        case "add":
            return 1.0, value
        case "subtract":
            return (-1.0, value) if first else (1.0, -value)
        case "multiply":
            return value, 0.0
        case _:
            return None if first or value == 0 else (1 / value, 0.0)


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
        reads = {1} if settings else {2}
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
    if layer.kind in (*ARITHMETIC, *SHAPING, BOTH_WAYS):
        return _read(layer)
    if layer.kind not in LAYERS:
        raise NotRebuilt(
            f"The model has {_a_layer(layer)}{where}, which the grader cannot rebuild."
        )
    settings = {name: value for name, value in layer.settings.items() if name not in LEGACY}
    wrong = wrong_setting(layer.kind, settings)
    if wrong:
        ours = may_be_right(layer.kind, wrong, settings)
        raise (NotRebuilt if ours else NotMeasurable)(
            f"{_a_layer(layer, True)} has a setting `{wrong[:40]}` that the grader cannot rebuild."
        )
    return layer.kind, settings


def _read(layer: Layer) -> tuple[str, dict[str, Any]]:
    """(kind, settings) of an operation, or of a layer that holds another one."""
    kind, settings = layer.kind, None
    if kind in ARITHMETIC:
        constant = constant_of(layer)
        settings = constant.settings() if constant else {} if len(layer.inputs) > 1 else None
    elif kind in SHAPING:
        target = target_of(layer)
        kind, settings = "Reshape", None if target is None else {"target_shape": target}
    else:
        settings = both_ways(layer.settings)
    if settings is None:
        raise NotRebuilt(f"{_a_layer(layer, True)} holds something that the grader cannot read.")
    return kind, settings


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
    declared = graph.optimizer
    rate = declared.learning_rate
    planned = declared.settings.get("schedule") is True
    if declared.kind == "unknown" or (planned and rate == 0):
        raise NotRebuilt("The optimizer is one, or has a plan of learning rates, that is not ours.")
    if declared.kind not in OPTIMIZERS or rate is None or not number(0, MAX_RATE)(rate):
        raise NotMeasurable(
            f"The grader cannot train with the optimizer `{declared.kind[:60]}` and its learning "
            "rate; use one of Keras's own."
        )
    given = {k: v for k, v in declared.settings.items() if v is not None and k != "schedule"}
    wrong = [
        name for name, value in given.items() if name not in OPTIONS or not OPTIONS[name](value)
    ]
    if wrong:
        raise NotMeasurable(f"The optimizer has a setting `{wrong[0][:40]}` out of all bounds.")
    return {"kind": declared.kind, "learning_rate": rate, "settings": given}


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
