"""What was frozen when the final model was not there yet.

Flat code has one network, which the final model shares. A network that is released after the final
model was made is one mistake, in one place: the network as it was before is remembered.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from ..export.variables import is_trainable
from .flat import LARGE, is_model

_noted: dict[int, tuple[Any, list[bool]]] = {}
"""id of a network → (the network, whether each of its layers was trainable)."""


_over: list[bool] = []
"""Not empty: a compiled model was there."""


def follow(shell: Any) -> None:
    """After each cell note the networks, until a compiled model is there."""

    def after(result: Any) -> None:
        if _over:
            return
        models = [value for value in list(shell.user_ns.values()) if is_model(value)]
        if any(getattr(model, "optimizer", None) is not None for model in models):
            _over.append(True)
            return
        for model in models:
            if len(model.layers) >= LARGE:
                _noted[id(model)] = (model, _flags(model))

    shell.events.register("post_run_cell", after)


def begin_again() -> None:
    """For another notebook in the same kernel."""
    _noted.clear()
    _over.clear()


def _flags(model: Any) -> list[bool]:
    return [is_trainable(layer) for layer in model.layers]


@contextlib.contextmanager
def as_before(model: Any) -> Iterator[None]:
    """While the block runs, the network is frozen as it was before the final model, if it was more
    so then; afterwards it is as it is now."""
    _, before = _noted.get(id(model), (model, None))
    now: Any = _flags(model) if before is not None else None
    if before is None or len(before) != len(now) or sum(before) >= sum(now):
        yield
        return
    _set(model, before)
    try:
        yield
    finally:
        _set(model, now)


def _set(model: Any, flags: Sequence[bool]) -> None:
    for layer, flag in zip(model.layers, flags, strict=True):
        layer.trainable = flag
