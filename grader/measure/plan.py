"""What there is to measure in a final model: its cut, its head, how it is trained. Pure.

The plan holds no name of the student's: models that compute and learn alike have equal plans.
"""

from typing import Any

from grader.evidence.graph import cuts, head, preparation
from grader.measure.allowed import (
    COMBINING,
    LAYERS,
    LOSSES,
    MAX_RATE,
    OPTIMIZERS,
    OPTIONS,
    number,
    wrong_setting,
)
from grader.records import Graph, Layer, Record

ONLY_LEGACY = "training"
"""An argument of single calls that only tf-keras obeys."""
MAX_HEAD = 200
MIDDLE_OF_LOGITS = {"hinge", "squared_hinge"}


class NotMeasurable(Exception):
    """The model cannot be rebuilt; the message is for its student."""


class Plan(Record):
    """Everything about a model that its measured accuracy depends on."""

    cut: str
    """Layer of the pretrained network whose output the head reads."""
    rescalings: tuple[tuple[float, float], ...] = ()
    """(scale, offset) that the model itself applies to its input, one after the other."""
    head: tuple[dict[str, Any], ...]
    """{"kind", "settings", "inputs", "trainable"}: inputs are numbers of earlier entries, −1 the
    features."""
    compiled: dict[str, Any]
    """{"loss", "optimizer", "middle"}; an output above "middle" says class 1."""


def plan(graph: Graph, input_shape: tuple[int, int, int]) -> Plan:
    """The plan of an annotated, compiled final model. Raises NotMeasurable."""
    if graph.style == "opaque":
        raise NotMeasurable(
            "The model is of a class of its own, so its layers cannot be seen from outside; build "
            "it with Model(inputs, outputs)."
        )
    cut = _only_cut(graph)
    shapes = [layer.output_shape[1:] for layer in graph.layers if layer.id in graph.inputs]
    if shapes != [input_shape]:
        seen = ", ".join("×".join(str(side or "?") for side in shape) for shape in shapes)
        raise NotMeasurable(
            f"The model takes {seen or 'no'} images; the images of this assignment are "
            f"{'×'.join(map(str, input_shape))}."
        )
    layers = head(graph)
    if not layers or list(graph.outputs) != [layers[-1].id]:
        raise NotMeasurable(
            "The model has no layers of its own behind the pretrained network, or more than one "
            "output; it should end in one output that tells the classes apart."
        )
    if len(layers) > MAX_HEAD:
        raise NotMeasurable(f"The model has more than {MAX_HEAD} layers behind the network.")
    numbers = {cut.id: -1} | {layer.id: number for number, layer in enumerate(layers)}
    return Plan(
        cut=cut.reference,
        rescalings=_rescalings(preparation(graph)),
        head=tuple(_described(layer, numbers) for layer in layers),
        compiled=_compiled(graph, layers),
    )


def _only_cut(graph: Graph) -> Layer:
    layers = cuts(graph)
    if not layers:
        raise NotMeasurable(
            "No layer of the pretrained network is on the way from the input to the output, so "
            "there are no features to train on."
        )
    if len(layers) > 1:
        raise NotMeasurable(
            "The new layers read several places of the pretrained network at once; they should go "
            "on from one."
        )
    return layers[0]


def _rescalings(layers: tuple[Layer, ...]) -> tuple[tuple[float, float], ...]:
    """Augmentation and noise do nothing outside of training, so features are made without them."""
    rescalings = []
    for layer in layers:
        if layer.kind == "Rescaling" and not wrong_setting("Rescaling", layer.settings):
            scale = float(layer.settings.get("scale", 1.0))
            rescalings.append((scale, float(layer.settings.get("offset", 0.0))))
        elif not (layer.kind.startswith("Random") or layer.kind in ("GaussianNoise", "Identity")):
            raise NotMeasurable(
                f"Between the input and the pretrained network stands a layer {_kind(layer)} that "
                "the grader cannot rebuild."
            )
    return tuple(rescalings)


def _described(layer: Layer, numbers: dict[str, int]) -> dict[str, Any]:
    if layer.kind not in LAYERS:
        raise NotMeasurable(
            f"The model has a layer {_kind(layer)} behind the pretrained network, which the grader "
            "cannot rebuild. The layers that the assignment asks for are enough."
        )
    settings = {name: value for name, value in layer.settings.items() if name != ONLY_LEGACY}
    wrong = wrong_setting(layer.kind, settings)
    if wrong:
        raise NotMeasurable(
            f"The layer {_kind(layer)} has a setting `{wrong[:40]}` that the grader cannot rebuild."
        )
    sources = [numbers.get(source) for source in layer.inputs]
    many = layer.kind in COMBINING
    if None in sources or not sources or (len(sources) > 1) != many:
        raise NotMeasurable(
            f"The layer {_kind(layer)} reads something that the grader cannot rebuild."
        )
    return {
        "kind": layer.kind,
        "settings": settings,
        "inputs": sources,
        "trainable": layer.trainable_parameters > 0 or layer.parameters <= 0,
    }


def _compiled(graph: Graph, layers: tuple[Layer, ...]) -> dict[str, Any]:
    if not graph.compiled or not graph.loss.kind or not graph.optimizer.kind:
        raise NotMeasurable("The model is not compiled: it has no loss and no optimizer to train.")
    if graph.loss.kind not in LOSSES:
        raise NotMeasurable(
            f"The grader cannot train with the loss `{graph.loss.kind[:60]}`; use one of Keras's "
            "own for two classes."
        )
    return {
        "loss": graph.loss.model_dump(mode="json"),
        "optimizer": _optimizer(graph),
        "middle": _middle(graph, layers),
    }


def _optimizer(graph: Graph) -> dict[str, Any]:
    declared = graph.optimizer
    rate = declared.learning_rate
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


def _middle(graph: Graph, layers: tuple[Layer, ...]) -> float:
    """0.5 for what is read as a probability, 0 for what is read as a logit or a sign."""
    last = layers[-1]
    activation = last.settings.get("activation", "linear")
    if last.kind in ("Softmax", "ReLU"):
        activation = last.kind.lower()
    signed = graph.loss.from_logits or graph.loss.kind in MIDDLE_OF_LOGITS
    return 0.0 if activation == "tanh" or (activation == "linear" and signed) else 0.5


def _kind(layer: Layer) -> str:
    return f"`{layer.kind.removeprefix('custom:').removeprefix('op:')[:60]}`"
