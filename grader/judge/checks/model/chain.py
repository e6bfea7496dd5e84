"""The layers on the way to a model's output, and what follows a layer in them."""

from collections.abc import Iterable

from grader.records import Graph, Layer

AS_LAYERS = {"relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid"}
"""Layers and bare operations that are activations."""
NEUTRAL = ("Dropout", "Flatten", "Reshape", "Identity")
"""Layers behind the output unit that leave its answer as it is."""
BETWEEN = (
    "BatchNormalization",
    "LayerNormalization",
    "Dropout",
    *(f"{extent}MaxPooling{axes}D" for extent in ("", "Global") for axes in (1, 2, 3)),
)
"""May stand between a layer and its activation. The largest of several stays the largest behind a
ReLU, so pooling before it gives the same as behind it."""


def head_layers(model: Graph) -> list[Layer]:
    """Layers on the way to the output that are not a pretrained network's own, in order."""
    return [layer for layer in on_the_way(model) if not layer.reference]


def on_the_way(model: Graph) -> list[Layer]:
    """All layers on the way to the output, but for the inputs, in order."""
    used = model.used
    return [layer for layer in model.layers if layer.id in used and layer.kind != "InputLayer"]


def behind(model: Graph, ids: Iterable[str]) -> set[str]:
    """Ids of the nodes that some way leads to from one of `ids`."""
    leading, following = set(ids), set[str]()
    for layer in model.layers:
        if not leading.isdisjoint(layer.inputs):
            following.add(layer.id)
            leading.add(layer.id)
    return following


def has_network(model: Graph) -> bool:
    """Whether a pretrained network, or a part of one, is in the model."""
    return any(layer.reference for layer in model.layers)


def activation_of(model: Graph, layer: Layer, *, through: tuple[str, ...] = ()) -> str:
    """Its activation; that of the Activation layer right behind it when its own is linear.

    through: kinds of layers that may stand between them.
    """
    own = str(layer.settings.get("activation") or "linear")
    readers = _readers(model, layer)
    while own == "linear" and len(readers) == 1 and readers[0].kind in through:
        readers = _readers(model, readers[0])
    if own != "linear" or len(readers) != 1:
        return own
    return as_activation(readers[0]) or own


def _readers(model: Graph, layer: Layer) -> list[Layer]:
    return [reader for reader in model.layers if layer.id in reader.inputs]


def as_activation(layer: Layer) -> str:
    """The activation that a layer or bare operation is; "" for any other."""
    if layer.kind == "Activation":
        return str(layer.settings.get("activation") or "linear")
    name = AS_LAYERS.get(layer.kind.removeprefix("op:").lower(), "")
    last = len(layer.output_shape) - 1
    usual = {"axis": (last, -1), "max_value": (), "negative_slope": (0,), "threshold": (0,)}
    other = [
        f"{key} {layer.settings[key]}"
        for key, values in usual.items()
        if name and key in layer.settings and layer.settings[key] not in values
    ]
    return " with ".join([name, *other])


def answered_with(model: Graph, unit: Layer, neutral: tuple[str, ...] = NEUTRAL) -> str:
    """What turns the numbers of the output's layer into the model's answer: its activation and all
    that follows, "sigmoid then sigmoid" where two do.

    neutral: kinds behind it that leave the answer what it is.
    """
    parts = [str(unit.settings.get("activation") or "linear")]
    following = behind(model, [unit.id])
    for layer in on_the_way(model):
        if layer.id in following and layer.kind not in neutral:
            parts.append(as_activation(layer) or layer.kind.removeprefix("op:"))
    return " then ".join(part for part in parts if part != "linear") or "linear"


def units_of(layer: Layer) -> int:
    """Units of a Dense layer, filters of a convolution; 0 where it does not tell."""
    units = layer.settings.get("units", layer.settings.get("filters"))
    return units if type(units) is int else 0


def flattens(layer: Layer) -> bool:
    """A Flatten, or a Reshape that leaves one row of numbers an image."""
    flat = len(layer.output_shape) == 2  # noqa: PLR2004 - images of a batch, numbers of an image
    return layer.kind == "Flatten" or (layer.kind == "Reshape" and flat)


def normalizes(layer: Layer) -> bool:
    """Whether it is a Normalization that has seen data, or was told a mean and a variance: before
    that they are 0 and 1, and all stays what it is."""
    told = (layer.settings.get("mean"), layer.settings.get("variance"))
    return layer.kind == "Normalization" and told != (0, 1)


def kinds_of(layers: list[Layer]) -> str:
    """ "Flatten → Dense → Dropout", of the first dozen."""
    return " → ".join(layer.kind for layer in layers[:12]) or "nothing"
