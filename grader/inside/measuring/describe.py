"""Describes the pretrained network: its neutral graph and the fingerprint of every weight array.

Run as a program with the words WEIGHTS FOLDER SIDE it writes `base_graph.json` and
`fingerprints.json` there, in the order and under the names that `export` gives.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def fingerprint(layer: str, name: str, array: Any) -> dict[str, Any]:
    """Hash over the array's raw little-endian bytes, with what it is."""
    plain = np.ascontiguousarray(array)
    plain = plain.astype(plain.dtype.newbyteorder("<"), copy=False)
    return {
        "layer": layer,
        "name": name,
        "shape": list(plain.shape),
        "dtype": plain.dtype.name,
        "sha256": hashlib.sha256(plain.tobytes()).hexdigest(),
    }


def main(weights: str, folder: str, side: str) -> None:
    """Command line."""
    import keras

    from .. import export

    network = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=(int(side), int(side), 3)
    )
    network.load_weights(weights)
    graph = export.neutral_graph(network)
    prints = [fingerprint(*entry) for entry in export.weight_arrays(network)]
    Path(folder, "base_graph.json").write_text(json.dumps(graph), encoding="utf-8")
    Path(folder, "fingerprints.json").write_text(json.dumps(prints), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
