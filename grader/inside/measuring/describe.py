"""Describes the pretrained network: its neutral graph and the fingerprint of every weight array:
a hash over its raw little-endian bytes, with what it is.

Run as a program with the words WEIGHTS FOLDER NETWORK it writes `base_graph.json` and
`fingerprints.json` there, in the order and under the names that `export` gives. NETWORK is JSON:
{"import": "keras.applications.…", "arguments": {…}, "input_shape": [height, width, channels]}.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def build_network(network: dict[str, Any]) -> Any:
    """The network as its import path, arguments and input shape say, with random weights."""
    import importlib

    import keras  # noqa: F401 - before its parts: it is Keras that makes them importable

    module, _, name = network["import"].rpartition(".")
    build = getattr(importlib.import_module(module), name)
    shape = tuple(network["input_shape"])
    return build(weights=None, input_shape=shape, **network["arguments"])


def main(weights: str, folder: str, network_json: str) -> None:
    """Command line."""
    from .. import export

    network = build_network(json.loads(network_json))
    network.load_weights(weights)
    graph = export.neutral_graph(network)
    prints = []
    for layer, name, array in export.weight_arrays(network):
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        prints.append(
            {
                "layer": layer,
                "name": name,
                "shape": list(little.shape),
                "dtype": little.dtype.name,
                "sha256": hashlib.sha256(little.tobytes()).hexdigest(),
            }
        )
    Path(folder, "base_graph.json").write_text(json.dumps(graph), encoding="utf-8")
    Path(folder, "fingerprints.json").write_text(json.dumps(prints), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
