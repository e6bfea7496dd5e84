"""A Keras model as plain data: its neutral graph, and its weights as raw bytes.

One form for Keras 3 and legacy Keras (tf-keras): nested Functional and Sequential models are
inlined, there is one node for each call of a layer, settings are in normal form. Nothing here ever
raises because of an odd model: what cannot be seen is "opaque", a value that checks handle.

The form is that of `Graph` and `Layer` in the grader's records; the host parses it again.
"""

import json
import sys
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from .compiled import compile_facts
from .settings import kind_of, settings_of
from .variables import is_trainable, trained, variables as variables_of
from .walk import Seen, keras_of, walk as walk_through

__all__ = ["neutral_graph", "numbers_of", "weight_arrays", "write_graph", "write_weights"]


def neutral_graph(model: Any) -> dict[str, Any]:
    """JSON of the model's graph; style "opaque" and no layers where it cannot be seen."""
    graph = {
        "style": "opaque",
        "class_name": _text(getattr(type(model), "__name__", "")),
        "layers": [],
        "inputs": [],
        "outputs": [],
        "keras": _flavour(model),
        **compile_facts(model),
    }
    try:
        seen = walk_through(model)
        layers = _layers(model, seen)
    except Exception:  # noqa: BLE001 - whatever an odd model does, it is only not visible
        return graph
    return graph | {
        "style": seen.style,
        "layers": layers,
        "inputs": seen.inputs,
        "outputs": seen.outputs,
    }


def weight_arrays(model: Any) -> list[tuple[str, str, Any]]:
    """[(node id, weight name, array)] in graph order; an array that two nodes share comes once.

    Names are those of Keras without layer and number: "kernel", "bias", "gamma", "moving_mean" …
    """
    found: list[tuple[str, str, Any]] = []
    seen: set[int] = set()
    for node in walk_through(model).nodes:
        for number, variable in enumerate(variables_of(node.layer)):
            if id(variable) not in seen:
                seen.add(id(variable))
                found.append((node.id, _weight_name(variable, number), numbers_of(variable)))
    return found


def write_graph(model: Any, folder: str | Path, name: str) -> None:
    """Write `graph_<name>.json`."""
    text = json.dumps(neutral_graph(model), allow_nan=False)
    (Path(folder) / f"graph_{name}.json").write_text(text, encoding="utf-8")


def write_weights(model: Any, folder: str | Path, name: str) -> None:
    """Write `weights_<name>.bin`, all arrays raw and little-endian one after the other, and
    `weights_<name>.json`, a list of {layer, name, shape, dtype, offset, nbytes}. `layer` is the id
    of a node of `neutral_graph(model)`. Raises what an odd model raises.
    """
    entries: list[dict[str, Any]] = []
    arrays = weight_arrays(model)
    path = Path(folder) / f"weights_{name}.bin"
    with path.open("wb") as file:
        for layer, weight, array in arrays:
            little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            entries.append(
                {
                    "layer": layer,
                    "name": weight,
                    "shape": [int(side) for side in array.shape],
                    "dtype": array.dtype.name,
                    "offset": file.tell(),
                    "nbytes": int(little.nbytes),
                }
            )
            file.write(little.data)
    path.with_suffix(".json").write_text(json.dumps(entries), encoding="utf-8")


def _layers(model: Any, seen: Seen) -> list[dict[str, Any]]:
    """The nodes as JSON. Each variable is counted at the first node that has it."""
    updated, whole = trained(model), is_trainable(model)
    counted: set[int] = set()
    layers: list[dict[str, Any]] = []
    for node in seen.nodes:
        mine = [w for w in variables_of(node.layer) if id(w) not in counted]
        counted.update(id(w) for w in mine)
        parameters = sum(_size(w) for w in mine)
        live = sum(_size(w) for w in mine if id(w) in updated)
        own = whole and is_trainable(node.layer)
        kind, settings = node.computes or (
            kind_of(node.layer),
            settings_of(node.layer, node.training, len(node.shape)),
        )
        layers.append(
            {
                "id": node.id,
                "name": _text(getattr(node.layer, "name", "")),
                "kind": kind,
                "settings": settings,
                "trainable": own and (live > 0 or parameters == 0),
                "parameters": parameters,
                "trainable_parameters": live,
                "output_shape": node.shape,
                "inputs": node.inputs,
            }
        )
    return layers


def _size(variable: Any) -> int:
    return prod(int(side) for side in variable.shape)


def _weight_name(variable: Any, number: int) -> str:
    name = str(getattr(variable, "name", "") or number)
    return _text(name.rpartition("/")[2].partition(":")[0])


def numbers_of(variable: Any) -> Any:
    """The numbers of a variable as an array of a plain NumPy type, where they stand: no copy."""
    if hasattr(variable, "numpy"):
        variable = sys.modules["tensorflow"].convert_to_tensor(variable)
    array = np.asarray(variable)
    return array if array.dtype.kind in "fiub" else array.astype("float32")


def _flavour(model: Any) -> str:
    """ "keras 3.15.1" or "tf-keras 2.21.0", by where the model's class comes from."""
    try:
        name = keras_of(model)
        return f"{name.replace('_', '-')} {sys.modules[name].__version__}"[:40]
    except Exception:  # noqa: BLE001 - only shown
        return ""


def _text(value: Any) -> str:
    return str(value)[:200]
