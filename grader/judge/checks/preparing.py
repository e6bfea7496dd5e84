"""Ready-made checks of what is done to the data before the first layer that learns.

It may be done by the data function or by layers of the model: both are looked at.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from grader.judge.checks.causes import NOT_COMPILED, no_data
from grader.judge.checks.declared import may_show
from grader.judge.checks.delivered import EACH, SPLITS, USUAL, WORDS, delivered
from grader.judge.checks.finding import (
    Said,
    failed,
    graph,
    hidden_answer,
    listed,
    not_compiled,
    ok_answer,
    partial,
    passed,
)
from grader.judge.checks.model.chain import behind, normalizes, on_the_way
from grader.judge.checks.model.kinds import Share
from grader.records import Cause, Evidence, Finding, Graph, Layer, MissingEvidence

FINAL = "final"
DIFFERS = 0.005
"""Mean difference between what should be the same picture, as a share of its values; decoding and
resizing come out alike to the last bit, the weakest augmentation in use at several times this."""
WAYS = {
    "rotation_range": "rotation", "width_shift_range": "translation",
    "height_shift_range": "translation", "shear_range": "shear", "zoom_range": "zoom",
    "brightness_range": "brightness", "channel_shift_range": "channel shift",
    "horizontal_flip": "flip", "vertical_flip": "flip",
}  # fmt: skip
"""Setting of Keras's image generators → what it does, in the words of the Random… layers."""
LARGEST = 1e6
"""No value or difference is larger; NaN fails this comparison too."""
PIXEL = 255.0
FAR = 1.5
"""Square root of a largest value from which on scaling makes a difference that can be seen."""
DIFFERENT = 0.35
"""Share of the largest value."""
UNSEEN = "changes"
"""A way that nothing names: a data set that is no generator's shows only that it changes them."""
AMOUNTS = ("factor", "height_factor", "width_factor", "stddev")
"""Settings of Random… layers that say how much; with zeros only they do nothing."""


def _part(evidence: Evidence, functions: Sequence[str], split: str) -> dict[str, Any]:
    """What the data function's answer tells of one part; {} where it tells nothing."""
    parts = dict(zip(SPLITS, listed(hidden_answer(evidence, functions), "parts"), strict=False))
    part = parts.get(split)
    return part if isinstance(part, dict) else {}


class _Augmented:
    """In which ways one part of the data comes changed at random; `known`: whether that could be
    seen at all."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], split: str) -> None:
        told = _part(evidence, functions, split).get("augments")
        told = told if isinstance(told, dict) else {}
        differs = _amount(told.get("differs"))
        self.ways = {way for setting, way in WAYS.items() if _changes(setting, told.get(setting))}
        self.known = differs is not None or bool(self.ways)
        # what came out decides; the settings only say in which ways
        if differs is not None:
            self.ways = (self.ways or {UNSEEN}) if differs > DIFFERS else set()


def _amount(value: Any) -> float | None:
    return value if type(value) in (int, float) and 0 <= value <= LARGEST else None


def _changes(setting: str, value: Any) -> bool:
    """Whether a generator's setting changes an image at all."""
    if type(value) is bool:
        return value
    if isinstance(value, list):
        same = 1 if setting in ("zoom_range", "brightness_range") else 0
        return any(type(side) in (int, float) and side != same for side in value[:64])
    return type(value) in (int, float) and value != 0


@may_show("augmented-validation")
def augments_training_only(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    function: str = "",
    at_least: Annotated[int, Field(ge=1)] = 1,
    wrong: Share = 0.5,
) -> Finding:
    """Training images are changed at random, validation images are not.

    Looked at is what the data sets deliver (`ask_inputs` asks for that with `textured`), and
    Random… layers in front of the first layer that learns: Keras runs those in training only.
    function: the one that makes the final model; its layers are not looked at without it. at_least:
    so many ways (rotation, flip, zoom …), where they can be told apart. wrong: share where
    validation images are changed too, or in fewer ways.
    """
    train, validation = (_Augmented(evidence, functions, split) for split in SPLITS)
    # data that show it need no model, which may not be there yet
    looked_at = function and not (train.ways and FINAL not in evidence.graphs)
    layers = _random_layers(graph(evidence, FINAL, function)) if looked_at else []
    always = [layer for layer in layers if layer.settings.get("training") is True]
    inside = {_way(layer) for layer in layers}
    ways = train.ways | inside
    expected = "training images changed at random, validation images as they are"
    shown = {"training": ways, "validation": validation.ways | {_way(layer) for layer in always}}
    said = Said(
        seen="; ".join(f"{part}: {', '.join(sorted(of)) or 'none'}" for part, of in shown.items()),
        expected=expected,
        where=[layer.id for layer in layers],
    )
    if not ways and not (train.known and validation.known):
        raise MissingEvidence("Whether training images are changed at random could not be seen.")
    if shown["validation"]:
        said["shows"] = ["augmented-validation"]
        why = "The validation images are changed at random too."
        if not ways:
            return failed("Only the validation images are changed at random.", **said)
        return partial(wrong, why, **said)
    if not ways:
        said["cause"] = _stopped_before(evidence, function)
        return failed("The training images are the same in every epoch.", **said)
    if len(ways) < at_least and UNSEEN not in ways:
        return partial(wrong, "The training images are changed in fewer ways.", **said)
    return passed("Only the training images are changed at random.", **said)


def _stopped_before(evidence: Evidence, function: str) -> Cause | None:
    """The cell that took the rest of the model with it, where one did: layers may be missing."""
    model = evidence.graphs.get(FINAL)
    if not function or model is None or model.compiled:
        return None
    cause = not_compiled(evidence, function)[1]
    return None if cause.id == NOT_COMPILED.id else cause


def _random_layers(model: Graph) -> list[Layer]:
    """Those that change something, in front of the first layer that learns."""
    front = {layer.id for layer in _front(model)}
    return [
        layer
        for layer in model.layers
        if layer.id in front and layer.kind.startswith("Random") and _active(layer)
    ]


def _active(layer: Layer) -> bool:
    amounts = [layer.settings[name] for name in AMOUNTS if name in layer.settings]
    sides = [side for amount in amounts for side in (amount if type(amount) is list else [amount])]
    return layer.settings.get("training") is not False and (not sides or any(sides))


def _way(layer: Layer) -> str:
    return layer.kind.removeprefix("Random").lower()


def _front(model: Graph) -> list[Layer]:
    """Layers on the way to the output with nothing before them that learns, but for those that
    normalise."""
    way = on_the_way(model)
    following = behind(model, [layer.id for layer in way if _learns(layer)])
    return [layer for layer in way if layer.id not in following and not _learns(layer)]


def _learns(layer: Layer) -> bool:
    return layer.parameters > 0 and layer.kind not in ("Normalization", "BatchNormalization")


@may_show("never-scaled", "scaled-twice")
@may_show("another-scale", "scaled-differently", "standardised-without-fit", given="scaled")
def scaled_once(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    function: str,
    wrong: Share = 0.5,
    scaled: Sequence[str] = (),
) -> Finding:
    """Inputs come to the first layer that learns as small numbers, scaled once: by the data
    function or by the model. Images and arrays of whichever range.

    function: the one that makes the final model. wrong: share where training and validation
    data are scaled in different ways. scaled: revisions in which that is asked for, where in others
    the notebook scales behind the data function; with it an unusual scale of images is named.
    """
    there = {split: _part(evidence, functions, split) for split in SPLITS}
    there = {split: part for split, part in there.items() if part}
    if not there:  # MissingEvidence, for the cause that other criteria name too
        delivered(evidence, functions)
    spans = [_span(part, split) for split, part in there.items()]
    sizes = {_size(span, _in_files(evidence)) for span in spans}
    elsewhere = bool(scaled) and evidence.submission.revision not in scaled
    reached = _trained_with(evidence, functions) if elsewhere else None
    try:
        front = _front(graph(evidence, FINAL, function))
    except MissingEvidence:
        # small numbers are scaled without a model, which may not be there yet
        if not elsewhere and "small" not in sizes:
            raise
        front = []
    scaling = [layer for layer in front if _scales(layer)]
    by_model = math.prod(factor for layer in front if (factor := _factor(layer)))
    reaching = [reached] if reached else spans
    inside = {
        _size((low * by_model, high * by_model), _in_files(evidence)) for low, high in reaching
    }
    before = {_size(span, _in_files(evidence)) for span in reaching}
    names = ", ".join(layer.kind for layer in scaling) or "nothing"
    never = not (sizes <= {"small", "tiny"} or scaling or elsewhere)
    parts = delivered(evidence, functions) if scaled else []
    scales = {part.split: part.span for part in parts}
    unusual = [span for span in scales.values() if span not in USUAL]
    alike = len({part.span for part in parts if part.exact}) < 2  # noqa: PLR2004 - both parts
    by_itself = set(scales.values()) == {EACH}  # its values hang on what is painted
    sure = [part for part in parts if part.exact]
    near = sure[0].scaled_like(sure[1]) if len(sure) == len(SPLITS) else _alike(spans)
    rules: list[tuple[bool, float, str, list[str]]] = [
        ("tiny" in sizes, 0.0, "The data are scaled twice.", ["scaled-twice"]),
        (not alike or len(sizes) > 1 or not (by_itself or near), wrong,
         "Training and validation data are scaled in different ways.",
         (["scaled-differently"] + ["never-scaled"] * never) * bool(scaled)),
        ("small" in before and "tiny" in inside, 0.0,
         "The data are scaled twice: before they reach the model and again inside of it.",
         ["scaled-twice"]),
        ("tiny" in inside and len(scaling) > 1, 0.0, "The data are scaled twice by the model.",
         ["scaled-twice"]),
        ("large" in sizes, 0.0, "The data are scaled up: they are larger than in the files.",
         ["another-scale"] * bool(scaled)),
        (never, 0.0, "The data are never scaled.", ["never-scaled"]),
        (bool(unusual), 1.0,
         f"The data are scaled once, in an unusual way: {', '.join(unusual[:1])}.",
         ["another-scale"]),
        ("small" not in sizes and not scaling, 1.0,
         "The data deliver the values as they are in the files.", []),
        (True, 1.0, "The data are scaled once.", []),
    ]  # fmt: skip
    share, why, ideas = next(rule[1:] for rule in rules if rule[0])
    unfitted = ["standardised-without-fit"] * any(part.unfitted for part in parts)
    shown = [
        f"{low:.3g} to {high:.3g} ({', '.join(filter(None, (WORDS[split], scales.get(split))))})"
        for split, (low, high) in zip(there, spans, strict=True)
    ]
    between = "; {:.3g} to {:.3g} where the notebook trains".format(*reached) if reached else ""
    return partial(
        share,
        why,
        seen=f"values {', '.join(shown)}{between}; {names} in the model",
        expected="small numbers, scaled once",
        where=[layer.id for layer in scaling],
        shows=ideas if share < 1 else [],
        besides=[*unfitted, *(ideas if share == 1 else [])],
    )


def _trained_with(evidence: Evidence, functions: Sequence[str]) -> tuple[float, float] | None:
    """Least and largest value of what `fit` was handed, where that could be seen."""
    value = ok_answer(evidence, functions).value
    match listed(value, "trained_with") if isinstance(value, dict) else []:
        case [int() | float() as low, int() | float() as high]:
            return (low, high) if -LARGEST <= low <= high <= LARGEST else None
    return None


def _span(part: dict[str, Any], split: str) -> tuple[float, float]:
    """Least and largest value that a part delivers. Raises MissingEvidence."""
    images, span = part.get("images"), part.get("span")
    values = span if isinstance(span, list) else []
    if isinstance(images, list):
        colours = (entry[0] for entry in images if isinstance(entry, list) and entry)
        # a fourth channel, of how opaque an image is, is not scaled as the others are
        values = [value for colour in colours if isinstance(colour, list) for value in colour[:3]]
    known = [
        value for value in values if type(value) in (int, float) and -LARGEST <= value <= LARGEST
    ]
    if not known:
        why = f"The {WORDS.get(split, split)} data delivered no values"
        raise MissingEvidence(f"{why}.", no_data(split, why))
    return min(known), max(known)


def _in_files(evidence: Evidence) -> float:
    """The largest value as the hidden files have it."""
    asked = evidence.asked.get("data") if isinstance(evidence.asked, dict) else None
    span = asked.get("span") if isinstance(asked, dict) else None
    return float(max(map(abs, span))) if span else PIXEL


def _size(span: tuple[float, float], in_files: float) -> str:
    """ "large", "as in the files", "small" around 1, or "tiny": which of the four is nearest, by
    factors; zeros are what standardising makes of one colour."""
    extent, middle = max(map(abs, span)), math.sqrt(in_files)
    if middle > FAR and extent > in_files * middle:
        return "large"
    if extent > max(middle, 1 / middle):
        return "as in the files" if middle > FAR else "small"
    return "tiny" if 0 < extent < 1 / middle and middle > FAR else "small"


def _alike(spans: Sequence[tuple[float, float]]) -> bool:
    """Whether the parts span nearly the same; which images are in them makes them differ a bit."""
    far = DIFFERENT * max(abs(value) for span in spans for value in span)
    return all(max(ends) - min(ends) <= far for ends in zip(*spans, strict=True))


def _factor(layer: Layer) -> float | None:
    """By how much a layer multiplies what it reads, at most; None where that is not in the graph,
    as of layers that normalise: what is small already takes no harm from them."""
    divides = layer.kind == "op:divide"
    if layer.kind not in ("Rescaling", "op:divide", "op:multiply"):
        return None
    number = layer.settings.get("scale" if layer.kind == "Rescaling" else "constant")
    sides = [
        abs(float(side))
        for side in (number if isinstance(number, list) else [number])
        if isinstance(side, int | float) and side
    ]
    if not sides or (divides and "first" in layer.settings):
        return None
    return 1 / min(sides) if divides else max(sides)


def _scales(layer: Layer) -> bool:
    """Whether a layer makes numbers smaller, or may."""
    factor = _factor(layer)
    if factor is not None:
        return factor < 1
    operation = layer.kind.lower() if layer.kind.startswith("op:") else ""
    if "div" in operation or "mul" in operation:
        return True
    return layer.kind == "BatchNormalization" or normalizes(layer)
