"""Ready-made checks of what is done to images before the first layer that learns, wherever it is
done: in the data sets or in the model."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from grader.judge.checks.declared import may_show
from grader.judge.checks.delivered import PIXELS, SPLITS, TWICE, Delivered
from grader.judge.checks.finding import Said, failed, graph, ok_answer, partial, passed
from grader.judge.checks.model.chain import behind, on_the_way
from grader.judge.checks.model.kinds import Share
from grader.records import Evidence, Finding, Graph, Layer, MissingEvidence

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
"""No difference is larger; NaN fails this comparison too."""
UNSEEN = "changes"
"""A way that nothing names: a data set that is no generator's shows only that it changes them."""
AMOUNTS = ("factor", "height_factor", "width_factor", "stddev")
"""Settings of Random… layers that say how much; with zeros only they do nothing."""


class _Augmented:
    """In which ways one part of the data comes changed at random; `known`: whether that could be
    seen at all."""

    def __init__(self, evidence: Evidence, functions: Sequence[str], index: int) -> None:
        value = ok_answer(evidence, functions).value
        hidden = value.get("hidden") if isinstance(value, dict) else None
        parts = hidden.get("parts") if isinstance(hidden, dict) else None
        part = parts[index] if isinstance(parts, list) and index < len(parts) else None
        told = part.get("augments") if isinstance(part, dict) else None
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

    Looked at is what the data sets deliver (`ask_inputs` asks for that with `textured`), and, where
    `function` is the one that makes the final model, Random… layers in front of the first
    layer that learns: Keras runs those in training only. at_least: so many ways (rotation, flip,
    zoom …), where they can be told apart. wrong: share where validation images are changed too, or
    in fewer ways.
    """
    train, validation = (_Augmented(evidence, functions, index) for index in range(len(SPLITS)))
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
        return failed("The training images are the same in every epoch.", **said)
    if len(ways) < at_least and UNSEEN not in ways:
        return partial(wrong, "The training images are changed in fewer ways.", **said)
    return passed("Only the training images are changed at random.", **said)


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
def scaled_once(
    evidence: Evidence, *, functions: Sequence[str], function: str, wrong: Share = 0.5
) -> Finding:
    """Images come to the first layer that learns as small numbers, scaled once: by the data
    function or by the model.

    functions: of the data. function: the one that makes the final model. wrong: share where
    training and validation images are scaled in different ways.
    """
    spans = [Delivered(evidence, functions, split).span for split in SPLITS]
    # small numbers are scaled without a model, which may not be there yet
    looked_at = PIXELS in spans or FINAL in evidence.graphs
    front = _front(graph(evidence, FINAL, function)) if looked_at else []
    scaling = [layer for layer in front if _scales(layer)]
    names = ", ".join(layer.kind for layer in scaling) or "nothing"
    said = Said(
        seen=f"values {spans[0]} (training), {spans[1]} (validation); {names} in the model",
        expected="small numbers, scaled once",
        where=[layer.id for layer in scaling],
    )
    if TWICE in spans:
        said["shows"] = ["scaled-twice"]
        return failed("The images are scaled twice.", **said)
    if spans[0] != spans[1]:
        why = "Training and validation images are scaled in different ways."
        return partial(wrong, why, **said)
    if PIXELS not in spans and any(_surely(layer) for layer in scaling):
        why = "The images are scaled twice: by the data function and again by the model."
        said["shows"] = ["scaled-twice"]
        return failed(why, **said)
    if PIXELS in spans and not scaling:
        said["shows"] = ["never-scaled"]
        return failed("The images are never scaled.", **said)
    return passed("The images are scaled once.", **said)


def _surely(layer: Layer) -> bool:
    """A layer that is known to make numbers smaller. What a bare operation does to them is not in
    the graph, and normalising what is small already does no harm."""
    scale = layer.settings.get("scale")
    sides = scale if isinstance(scale, list) else [scale]
    small = all(isinstance(side, int | float) and 0 < side < 1 for side in sides)
    return layer.kind == "Rescaling" and bool(sides) and small


def _scales(layer: Layer) -> bool:
    operation = layer.kind.lower() if layer.kind.startswith("op:") else ""
    if "div" in operation or "mul" in operation:
        return True
    return _surely(layer) or layer.kind in ("Normalization", "BatchNormalization")
