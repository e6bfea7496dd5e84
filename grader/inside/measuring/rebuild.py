"""A model, or its head, rebuilt from vetted layer descriptions: allow-listed, in bounded sizes.

Sizes are known before anything is built: a layer that would be too large is refused, not tried.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import keras
import numpy as np
from keras import ops

MAX_PARAMETERS = 150_000_000
"""Of the whole head; training needs up to four times as many numbers in memory."""
MAX_OUTPUT = 4_000_000
"""Numbers that one layer makes of one example."""
GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
"""Recurrent layers: how many times they have weights for each unit."""


class Refused(Exception):
    """The request cannot be done as it is; `facts` say why, as plain JSON."""

    def __init__(self, **facts: object) -> None:
        super().__init__(str(facts))
        self.facts = facts


def rebuild(head: list[dict[str, Any]], features_shape: Sequence[int]) -> tuple[Any, list[Any]]:
    """(Keras model from what the head reads to its output, its layers in the order of `head`).

    head: [{"kind", "settings", "inputs", "trainable"}], in order; inputs are numbers of earlier
    layers, −1 is what the head reads. "again": the number of the layer that this one is once more.
    "shape": what its output has to be. The last layer is the output. A bare operation has None for
    its layer.
    """
    tensors = {-1: keras.Input(features_shape)}
    left = MAX_PARAMETERS
    layers: list[Any] = []
    for number, described in enumerate(head):
        sources = [tensors[number] for number in described["inputs"]]
        again = described.get("again")
        if again is None:
            shapes = [tuple(source.shape[1:]) for source in sources]
            left -= _parameters(described, shapes, number)
            if left < 0:
                raise Refused(why="too_large", layer=number)
        try:
            layer = make_layer(described) if again is None else layers[again]
            if layer is None:
                tensor = _operation(described, sources)
            else:
                tensor = layer(sources[0] if len(sources) == 1 else sources)
        except Exception as problem:
            raise Refused(why="not_buildable", layer=number) from problem
        if layer is not None and again is None:
            layer.trainable = described["trainable"]
        _check_output(tensor, described, number)
        tensors[number] = tensor
        layers.append(layer)
    return keras.Model(tensors[-1], tensors[len(head) - 1]), layers


def _check_output(tensor: Any, described: dict[str, Any], number: int) -> None:
    """Refused for an output that is too large, or that is not the one of the model in the graph."""
    sides = tuple(tensor.shape[1:])
    if prod(side or 1 for side in sides) > MAX_OUTPUT:
        raise Refused(why="too_large", layer=number)
    wanted = described.get("shape")
    if wanted is not None and (
        len(wanted) != len(sides)
        or any(None not in pair and pair[0] != pair[1] for pair in zip(wanted, sides, strict=True))
    ):
        raise Refused(why="other_shape", layer=number)


def _operation(described: dict[str, Any], tensors: Sequence[Any]) -> Any:
    """A function of `keras.ops`, whose names the host has vetted, of one tensor or of two; its
    settings are `constant`, on the right unless it is `first`, or named as in Keras."""
    compute = getattr(ops, described["kind"].removeprefix("op:"))
    settings = dict(described["settings"])
    constant, first = settings.pop("constant", None), settings.pop("first", False)
    if isinstance(constant, list):
        constant = np.asarray(constant, "float32")
    given = [*tensors] if constant is None else [tensors[0], constant]
    named = {name: _setting(name, value) for name, value in settings.items()}
    return compute(*(reversed(given) if first else given), **named)


def make_layer(described: dict[str, Any]) -> Any:
    """One layer of Keras 3 from its kind and settings in normal form; None for an operation."""
    kind = described["kind"]
    if kind.startswith("op:"):
        return None
    given = dict(described["settings"])
    if "layer" in given:
        return getattr(keras.layers, kind)(make_layer(given.pop("layer")), **given)
    settings = {name: _setting(name, value) for name, value in given.items()}
    if kind in ("Activation", *GATES):
        settings.setdefault("activation", "linear")  # left out of the neutral graph as the default
    return getattr(keras.layers, kind)(**settings)


def _setting(name: str, value: Any) -> Any:
    if name.endswith("_initializer"):
        return keras.initializers.get(
            {"class_name": value["kind"], "config": {k: v for k, v in value.items() if k != "kind"}}
        )
    if name.endswith("_regularizer"):
        return keras.regularizers.L1L2(l1=value.get("l1", 0.0), l2=value.get("l2", 0.0))
    if name.endswith("_constraint"):
        numbers = {key: number for key, number in value.items() if key != "kind"}
        return keras.constraints.get({"class_name": value["kind"], "config": numbers})
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def _tuple(value: Any) -> Any:
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
    if kind == "Bidirectional":
        return 2 * _parameters(settings["layer"], shapes, number)
    if kind == "TimeDistributed":
        return _parameters(settings["layer"], [shape[1:]], number)
    channels = shape[-1] if shape else 1
    if kind in GATES:
        units = settings["units"]
        return GATES[kind] * units * (channels + units + 2)
    if "kernel_size" in settings:
        return _of_convolution(kind, settings, channels)
    return {
        "Dense": (channels + 1) * settings.get("units", 0),
        "Embedding": settings.get("input_dim", 0) * settings.get("output_dim", 0),
        "PReLU": prod(shape),
    }.get(kind, 4 * channels if kind.endswith("Normalization") else 0)


def _of_convolution(kind: str, settings: dict[str, Any], channels: int) -> int:
    sides = settings["kernel_size"]
    window = prod(sides) if isinstance(sides, list) else sides ** (1 if "1D" in kind else 2)
    if kind.startswith("Conv"):
        return int((window * channels + 1) * settings["filters"])
    made = channels * settings.get("depth_multiplier", 1)
    return int(window * made + made + (made + 1) * settings.get("filters", 0))
