"""In notebook mode the notebook's own training really runs, and which model it trained is kept.

The graph and the numbers of that model are written after the questions. They are only what the
student's process says: what they are worth is measured elsewhere, on images it never sees.
"""

import contextlib
import functools
import inspect
import sys
from collections.abc import Iterator
from typing import Any

from ..shims.on_import import when_imported
from .shorten import KERAS_3, LEGACY

NAME = "trained"
_before: dict[int, tuple[Any, Any]] = {}
_followed: dict[str, Any] = {"installed": False, "model": None}


def install(epochs: int | None = None) -> None:
    """Remember the model of each `fit`. epochs: at most so many are run, None for all."""
    _followed["installed"] = True
    when_imported(KERAS_3, lambda module: _follow(module.TensorFlowTrainer, epochs))
    for legacy in LEGACY:
        when_imported(legacy, lambda module: _follow(module.Model, epochs))


def _follow(trainer: Any, epochs: int | None) -> None:
    original = trainer.fit
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        _followed["model"] = self
        _remember(self)
        if epochs is None:
            return original(self, *args, **kwargs)
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        last = arguments["initial_epoch"] + epochs
        if isinstance(arguments["epochs"], int) and arguments["epochs"] > last:
            arguments["epochs"] = last
        return original(*bound.args, **bound.kwargs)

    trainer.fit = fit


def _remember(model: Any) -> None:
    """The numbers of a model before its first training, of each variable once."""
    with contextlib.suppress(Exception):  # not built yet: then there are none
        for variable in model.weights:
            if id(variable) not in _before:
                _before[id(variable)] = (variable, variable.numpy())


@contextlib.contextmanager
def as_untrained(model: Any) -> Iterator[None]:
    """While the block runs, the model holds the numbers that it had before any training.

    Flat code trains the very network that it loaded the weights into: what training did to them is
    no news about the loading.
    """
    mine = [_before[id(variable)] for variable in model.weights if id(variable) in _before]
    now = [variable.numpy() for variable, _ in mine]
    for variable, number in mine:
        variable.assign(number)
    try:
        yield
    finally:
        for (variable, _), number in zip(mine, now, strict=True):
            variable.assign(number)


def keep(out: str, notebook: dict[str, Any]) -> None:
    """Write graph and weights of the model trained last; without a `fit`, of the one bound last."""
    if not _followed["installed"]:
        return
    model = _followed["model"] or _bound_last(notebook)
    if model is None:
        return
    from .. import export

    with contextlib.suppress(Exception):  # an odd model: then there is nothing to measure
        export.write_weights(model, out, NAME)
        export.write_graph(model, out, NAME)


def _bound_last(notebook: dict[str, Any]) -> Any:
    """A training loop written by hand calls no `fit`."""
    kinds = [sys.modules[name].Model for name in ("keras", "tf_keras") if name in sys.modules]
    models = [value for value in notebook.values() if isinstance(value, tuple(kinds))]
    return models[-1] if models else None
