"""What bare operations compute their tensors with: `images / 127.5` → {"constant": 127.5}."""

from typing import Any

import numpy as np

MAX_LIST = 64
MAX_NUMBER = 2.0**53
NAMES = ("x", "y", "x1", "x2")
"""Arguments of operations of two, in either Keras."""


def operands(layer: Any) -> dict[str, Any]:
    """What a bare operation of two computes its tensor with: {"constant": a number, or a list of
    one for each channel, "first": true where it is the left one}. {} for all else.

    An operation object is of one call; legacy Keras makes one for each call too.
    """
    try:
        (node,) = layer._inbound_nodes
        arguments = getattr(node, "arguments", None)
        given = list(node.call_args if arguments is None else arguments.args)
        named = dict(node.call_kwargs if arguments is None else arguments.kwargs)
        given += [named[name] for name in NAMES if named.get(name) is not None]
        left, right = given
    except Exception:  # noqa: BLE001 - more calls, or other arguments: nothing is told
        return {}
    for value, first in ((right, False), (left, True)):
        constant = _constant(value)
        if constant is not None:
            return {"constant": constant, "first": True} if first else {"constant": constant}
    return {}


def _constant(value: Any) -> Any:
    """A number, or a short list of numbers along the last axis; None for anything else."""
    if hasattr(value, "_keras_history") or isinstance(value, bool | str | dict):
        return None
    try:
        array = np.asarray(value, "float64")
    except Exception:  # noqa: BLE001 - no numbers
        return None
    if array.shape == ():
        return _finite(array.item())
    along_the_last = array.size == array.shape[-1] and 0 < array.size <= MAX_LIST
    numbers = [_finite(number) for number in array.ravel().tolist()] if along_the_last else [None]
    return None if None in numbers else numbers


def _finite(number: float) -> float | None:
    """None for what is no number of usual size."""
    return number if abs(number) < MAX_NUMBER else None
