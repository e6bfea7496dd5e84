"""Bare operations on tensors: the constant beside the tensor, and reshaping that is a layer's."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .settings import kind_of

ARITHMETIC = {
    *("op:Add", "op:Subtract", "op:Multiply", "op:Divide", "op:TrueDivide"),
    *("op:math.add", "op:math.subtract", "op:math.multiply", "op:math.divide", "op:math.truediv"),
    "op:__operators__.add",
}
"""In Keras 3, and in tf-keras."""
OPERANDS = ("x", "y", "x1", "x2")
RESHAPING = {"op:Reshape", "op:reshape"}
MOST = 64
"""Numbers of a constant, one a channel."""


def constant_of(layer: Any, call: int) -> dict[str, Any]:
    """{"constant": number or numbers, "first": true where it stands on the left} for arithmetic of
    one tensor; {} for two tensors, and for what cannot be read."""
    if kind_of(layer) not in ARITHMETIC:
        return {}
    try:
        args, named = _arguments(layer, call)
        operands = [*args, *(named[name] for name in OPERANDS if name in named)]
        symbolic = [_is_symbolic(operand) for operand in operands]
        if symbolic not in ([True, False], [False, True]):
            return {}
        value = _numbers(operands[symbolic.index(False)])
    except Exception:  # noqa: BLE001 - an odd call only stays without its constant
        return {}
    return {} if value is None else {"constant": value} | ({} if symbolic[0] else {"first": True})


def reshaped(layer: Any, call: int, shape: Sequence[int | None]) -> tuple[str, dict[str, Any]]:
    """("Flatten", {}) or ("Reshape", {"target_shape"}) where an operation does what that layer
    does; ("", {}) for any other. shape: of what comes out, with the batch."""
    if kind_of(layer) not in RESHAPING:
        return "", {}
    try:
        args, named = _arguments(layer, call)
        (source,) = [value for value in (*args, *named.values()) if _is_symbolic(value)]
        before = [None if side is None else int(side) for side in tuple(source.shape)[1:]]
        wished = getattr(layer, "newshape", None) or named.get("shape") or args[1]
        keeps_batch = int(wished[0]) == -1 or shape[0] is None
    except Exception:  # noqa: BLE001 - the same
        return "", {}
    sides = [side for side in (*shape[1:], *before) if side is not None]
    known = len(sides) == len(shape) - 1 + len(before)
    if not known or not keeps_batch or math.prod(before) != math.prod(shape[1:]):  # type: ignore[arg-type]
        return "", {}
    return ("Flatten", {}) if len(shape) == 2 else ("Reshape", {"target_shape": list(shape[1:])})  # noqa: PLR2004 - one axis a row


def _arguments(layer: Any, call: int) -> tuple[list[Any], dict[str, Any]]:
    node = layer._inbound_nodes[call]
    given = getattr(node, "arguments", None)
    if given is not None:
        return list(given.args), dict(given.kwargs)
    return list(node.call_args), dict(node.call_kwargs)


def _is_symbolic(value: Any) -> bool:
    return type(value).__name__ == "KerasTensor"


def _numbers(value: Any) -> float | list[float] | None:
    """A number, or one a channel; None for anything else."""
    array = np.asarray(value, "float64")
    if array.size == 1:
        return float(array.item()) if np.isfinite(array).all() else None
    channels = 0 < array.size <= MOST and array.shape[-1] == array.size
    return array.ravel().tolist() if channels and np.isfinite(array).all() else None
