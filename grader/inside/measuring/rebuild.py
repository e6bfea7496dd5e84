"""The head of a model, rebuilt from vetted layer descriptions: allow-listed layers, bounded sizes.

Sizes are known before anything is built: a layer that would be too large is refused, not tried.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import keras

MAX_PARAMETERS = 150_000_000
"""Of the whole head; training needs up to four times as many numbers in memory."""
MAX_OUTPUT = 4_000_000
"""Numbers that one layer makes of one image."""


class Refused(Exception):
    """The request cannot be done as it is; `facts` say why, as plain JSON."""

    def __init__(self, **facts: object) -> None:
        super().__init__(str(facts))
        self.facts = facts


def rebuild(head: list[dict[str, Any]], features_shape: Sequence[int]) -> tuple[Any, list[Any]]:
    """(Keras model from features to the head's output, its layers in the order of `head`).

    head: [{"kind", "settings", "inputs", "trainable"}], in order; inputs are numbers of earlier
    layers, −1 is the features. The last layer is the output.
    """
    tensors = {-1: keras.Input(features_shape)}
    left = MAX_PARAMETERS
    layers: list[Any] = []
    for number, described in enumerate(head):
        sources = [tensors[number] for number in described["inputs"]]
        shapes = [tuple(source.shape[1:]) for source in sources]
        left -= _parameters(described, shapes, number)
        if left < 0:
            raise Refused(why="too_large", layer=number)
        try:
            layer = make_layer(described)
            tensor = layer(sources[0] if len(sources) == 1 else sources)
        except Exception as problem:
            raise Refused(why="not_buildable", layer=number) from problem
        layer.trainable = described["trainable"]
        if prod(tensor.shape[1:]) > MAX_OUTPUT:
            raise Refused(why="too_large", layer=number)
        tensors[number] = tensor
        layers.append(layer)
    return keras.Model(tensors[-1], tensors[len(head) - 1]), layers


def make_layer(described: dict[str, Any]) -> Any:
    """One layer of Keras 3 from its kind and settings in normal form."""
    settings = {name: _setting(name, value) for name, value in described["settings"].items()}
    if described["kind"] == "Activation":
        settings.setdefault("activation", "linear")  # left out of the neutral graph as the default
    return getattr(keras.layers, described["kind"])(**settings)


def _setting(name: str, value: Any) -> Any:
    if name.endswith("_initializer"):
        return keras.initializers.get(
            {"class_name": value["kind"], "config": {k: v for k, v in value.items() if k != "kind"}}
        )
    if name.endswith("_regularizer"):
        return keras.regularizers.L1L2(l1=value.get("l1", 0.0), l2=value.get("l2", 0.0))
    return tuple(value) if isinstance(value, list) else value


def _parameters(described: dict[str, Any], shapes: Sequence[tuple[int, ...]], number: int) -> Any:
    """How many numbers the layer would learn, from its settings and the shapes it reads.

    Layers that combine or reshape learn none; for pooling and others the output is bounded later.
    """
    kind, settings = described["kind"], described["settings"]
    shape = shapes[0]
    target = settings.get("target_shape", [])
    if prod(map(abs, target if isinstance(target, list) else [target])) > MAX_OUTPUT:
        raise Refused(why="too_large", layer=number)  # whether it fits what comes in, Keras checks
    channels = shape[-1] if shape else 1
    if kind == "Dense":
        return (channels + 1) * settings["units"]
    if "kernel_size" in settings:
        sides = settings["kernel_size"]
        window = prod(sides) if isinstance(sides, list) else sides**2
        if kind == "Conv2D":
            return (window * channels + 1) * settings["filters"]
        made = channels * settings.get("depth_multiplier", 1)
        return window * made + made + (made + 1) * settings.get("filters", 0)
    if kind in ("BatchNormalization", "LayerNormalization"):
        return 4 * channels
    return prod(shape) if kind == "PReLU" else 0
