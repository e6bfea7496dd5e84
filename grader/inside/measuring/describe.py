"""Describes the pretrained network: its neutral graph and the fingerprint of every weight array:
a hash over its raw little-endian bytes, with what it is.

Run as a program with the words WEIGHTS FOLDER SIDE it writes `base_graph.json` and
`fingerprints.json` there, in the order and under the names that `export` gives.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np


def main(weights: str, folder: str, side: str) -> None:
    """Command line."""
    import keras

    from .. import export

    network = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=(int(side), int(side), 3)
    )
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
