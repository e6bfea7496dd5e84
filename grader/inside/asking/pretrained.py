"""The pretrained network as an assignment declares it, built in the Keras that the notebook uses.

declared: {"import": dotted path of what builds it, "arguments": {…}, "input_shape": [h, w, c]}.
"""

import importlib
from collections.abc import Mapping
from typing import Any


def build(declared: Mapping[str, Any], weights: str) -> Any:
    """The network with the numbers of that file, frozen.

    Raises AttributeError or ImportError for a path that leads to nothing.
    """
    make = found(declared["import"])
    shape = tuple(declared["input_shape"])
    network = make(input_shape=shape, weights=None, **declared.get("arguments", {}))
    network.load_weights(weights)
    network.trainable = False
    return network


def found(path: str) -> Any:
    """What a dotted path names; what it calls `keras` is the notebook's own Keras."""
    import tensorflow as tf

    first, *names = path.split(".")
    value = tf.keras if first == "keras" else importlib.import_module(path.rpartition(".")[0])
    for name in names if first == "keras" else names[-1:]:
        value = getattr(value, name)
    return value
