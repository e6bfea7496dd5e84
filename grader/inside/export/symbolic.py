"""TensorFlow's own functions on symbolic tensors, while the `call` of a class is gone through.

When the model runs they are given tensors, so `tf.nn.relu(x)` in a `call` is right; Keras 3 refuses
them its symbolic ones, of which legacy Keras makes layers by itself. Here each becomes a Lambda,
whose call is read as any other's.
"""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

_open: list[bool] = []
"""An entry for each `call` that is gone through: outside of these TensorFlow is as it was."""


@contextlib.contextmanager
def accepted(home: Any) -> Iterator[None]:
    """TensorFlow's functions take symbolic tensors of that Keras in the block."""
    if home.__name__ == "keras":
        _register(home)
    _open.append(True)
    try:
        yield
    finally:
        _open.pop()


@cache
def _register(home: Any) -> None:
    import tensorflow as tf

    def _is_symbolic(leaf: Any) -> bool:
        return isinstance(leaf, home.KerasTensor)

    # `__internal__`: what TensorFlow offers to Keras for this very thing; there is no public way
    class Dispatcher(tf.__internal__.dispatch.GlobalOpDispatcher):  # type: ignore[misc]
        """Asked where a function could not do with what it was given."""

        def handle(self, function: Any, args: Any, kwargs: Any) -> Any:
            leaves = tf.nest.flatten((args, kwargs))
            places = [place for place, leaf in enumerate(leaves) if _is_symbolic(leaf)]
            if not _open or not places:
                return self.NOT_SUPPORTED

            def compute(given: Any) -> Any:
                values = given if isinstance(given, list) else [given]
                filled = [*leaves]
                for place, value in zip(places, values, strict=True):
                    filled[place] = value
                positional, named = tf.nest.pack_sequence_as((args, kwargs), filled)
                return function(*positional, **named)

            tensors = [leaves[place] for place in places]
            return home.layers.Lambda(compute)(tensors if len(tensors) > 1 else tensors[0])

    Dispatcher().register()
