"""The program of the measuring sandbox: our own code on a vetted request, no student's code.

Reads `$GRADER_IN/request.json` and does what it says: "features" (of all data at the cut), "train"
(a head on features, or a whole model on the data, then answer the hidden ones) or "probe" (the
network's answer to probe images). Writes plain files to `$GRADER_OUT`. A request that cannot be
built ends in `refused.json` with a reason; anything else that goes wrong is a fault of ours and a
traceback.
"""

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ..export.probe import probe_images, summary
from .features import features_of, foreign_weights, network_to
from .inputs import BATCH, batches, prepared, splits_of
from .rebuild import Refused
from .train import train_and_answer

THREADS = 2
"""Fixed: the order of additions, and so the last bits, must not follow the number of cores."""


def main() -> None:
    """Do what the request says."""
    request = json.loads((_folder("IN") / "request.json").read_text(encoding="utf-8"))
    out = _folder("OUT")
    _settle_numbers()
    task = {"features": _features, "train": _train, "probe": _probe}[request["task"]]
    try:
        task(request, out)
    except Refused as refused:
        _write(out / "refused.json", refused.facts)


def _folder(name: str) -> Path:
    return Path(os.environ[f"GRADER_{name}"])


def _settle_numbers() -> None:
    """The same numbers each time: fixed threads, deterministic operations, full precision."""
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


def _network(network: dict[str, Any]) -> Any:
    """The pretrained network up to the cut, with the weights that the request names."""
    listed = network["arrays"]
    return network_to(
        network,
        next(_folder("WEIGHTS").glob("*.h5"))
        if listed is None
        else foreign_weights(_folder("ARRAYS"), listed),
    )


def _splits(request: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Split → (features or the inputs themselves, names or labels), read here."""
    data, through = request["data"], request["network"]
    read = splits_of(data, _folder("DATA"), _folder("HIDDEN"))
    if through is None:
        return {name: (prepared(split, data), split.told) for name, split in read.items()}
    network = _network(through)
    return {
        name: (features_of(network, partial(batches, split, data), data["reads"]), split.told)
        for name, split in read.items()
    }


def _features(request: dict[str, Any], out: Path) -> None:
    kept = {}
    for split, (features, names_or_labels) in _splits(request).items():
        np.save(out / f"{split}.npy", features)
        kept[split] = names_or_labels
    _write(out / "told.json", kept)


def _train(request: dict[str, Any], out: Path) -> None:
    if request["data"] is None:
        folder = _folder("FEATURES")
        kept = json.loads((folder / "told.json").read_text(encoding="utf-8"))
        splits = {
            split: (np.load(folder / f"{split}.npy", mmap_mode="r"), names_or_labels)
            for split, names_or_labels in kept.items()
        }
    else:
        splits = _splits(request)
    arrays = None
    if request["arrays"] is not None:  # numbers that were trained elsewhere, in each layer's order
        read = foreign_weights(_folder("OWN"), request["arrays"])
        layers = (read.get(str(number), {}) for number in range(len(request["head"])))
        arrays = [[layer[name] for name in sorted(layer, key=int)] for layer in layers]
    answers = train_and_answer(
        request["head"],
        request["compiled"],
        {**request["recipe"], "classes": request["classes"]},
        splits,
        arrays,
    )
    _write(out / "trained.json", answers | {"names": splits["hidden"][1]})


def _probe(request: dict[str, Any], out: Path) -> None:
    network = _network(request["network"])
    shape = request["network"]["input_shape"]
    images = probe_images(request["seed"], request["images"], shape)
    _write(out / "probe.json", summary(network.predict(images, batch_size=BATCH, verbose=0)))


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    main()
