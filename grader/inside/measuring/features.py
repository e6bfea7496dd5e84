"""What the pretrained network makes of the data at the cut, and the numbers it has."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from .describe import build_network
from .rebuild import Refused, rebuild

Arrays: TypeAlias = dict[str, dict[str, Any]]
"""Layer → weight name → array."""


def network_to(network: Mapping[str, Any], weights: Path | Arrays) -> Any:
    """The pretrained network from its input to the layer `cut` of a freshly named one.

    network: {"import", "arguments", "input_shape", "cut", "front"}; the last is what stands before
    it, in the form of a head. weights: HDF5 file in the legacy layout,
    or layer → weight name → array.
    """
    keras.utils.clear_session()
    built = build_network(dict(network))
    if isinstance(weights, Path):
        built.load_weights(str(weights))
    part = keras.Model(built.input, built.get_layer(network["cut"]).output)
    if not isinstance(weights, Path):
        _put(part, weights)
    if network["front"]:
        try:
            front, _ = rebuild(network["front"], network["input_shape"])
            part = keras.Model(front.input, part(front.output))
        except (Refused, ValueError) as problem:
            raise Refused(why="front") from problem
    part.trainable = False
    return part


def _put(network: Any, arrays: Arrays) -> None:
    """The given arrays into their places; every place must be given, with its very shape."""
    for layer in network.layers:
        for variable in layer.weights:
            given = arrays.get(layer.name, {}).get(variable.name)
            if given is None or given.shape != tuple(variable.shape):
                raise Refused(why="weights_missing")
            if not np.all(np.isfinite(given)):
                raise Refused(why="weights_not_finite")
            variable.assign(given)


def foreign_weights(path: Path, listed: Sequence[dict[str, Any]]) -> Arrays:
    """Layer → name → array out of one raw file; `listed` was vetted by the host."""
    raw = np.memmap(path, dtype="uint8", mode="r")
    arrays: Arrays = {}
    for entry in listed:
        part = raw[entry["offset"] : entry["offset"] + entry["nbytes"]]
        kind = np.dtype(entry["dtype"]).newbyteorder("<")
        array = np.frombuffer(part.tobytes(), kind).reshape(entry["shape"]).astype("float32")
        arrays.setdefault(entry["layer"], {})[entry["name"]] = array
    return arrays


def features_of(network: Any, batches: Callable[[], Iterator[Any]], shape: Sequence[int]) -> Any:
    """Outputs of the network for all batches of inputs of that shape."""
    spec = tf.TensorSpec((None, *shape), "float32")
    inputs = tf.data.Dataset.from_generator(batches, output_signature=spec)
    return network.predict(inputs, verbose=0)
