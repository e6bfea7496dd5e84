"""Bare operations that reshape as a layer does: they are that layer."""

import math
from collections.abc import Sequence
from typing import Any

from .settings import kind_of

RESHAPING = {"op:Reshape", "op:reshape"}


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
