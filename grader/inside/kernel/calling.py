"""Asks a functional model of Keras 3 without what stands around the `call` of Keras's own layers.

That is casting, masks, scopes of names and a look at every argument: two hundred layers spend a
third of their time there, and it changes nothing about plain numbers of float32.
"""

import contextlib
import functools
import sys

from .building import if_possible
from ..shims.on_import import when_imported

LAYER = "keras.src.layers.layer"
LAYERS = "keras.src.layers."
FUNCTIONAL = "keras.src.models.functional"
PLAIN = {
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv2D",
    "MaxPooling2D",
}
"""Kinds of the pretrained network. All else, and what a notebook has changed, is called as ever."""
LEARNING = {"BatchNormalization"}
"""Those of them that are told whether they are being trained."""
_first = {}
"""`Layer.__call__` as Keras brings it."""


def install():
    """Before a cell can put another one in its place."""
    when_imported(LAYER, if_possible(_remember))


def _remember(module):
    _first["call"] = module.Layer.__call__


@contextlib.contextmanager
def plainly():
    """Models that are called meanwhile answer the same to the bit; in another version of Keras, and
    in the legacy one, nothing is different."""
    module = sys.modules.get(FUNCTIONAL)
    original = getattr(module, "operation_fn", None)
    if original is None:
        yield
        return

    def operation_fn(operation, **given):
        if not _is_plain(operation):
            return original(operation, **given)
        call, training = operation.call, given.get("training")
        if type(operation).__name__ in LEARNING and training is not None:
            return functools.partial(call, training=training)
        return call

    module.operation_fn = operation_fn
    try:
        yield
    finally:
        module.operation_fn = original


def _is_plain(layer):
    kind = type(layer)
    return (
        kind.__name__ in PLAIN
        and kind.__module__.startswith(LAYERS)
        and kind.__call__ is _first.get("call")
        and "call" not in vars(layer)
        and getattr(layer, "compute_dtype", None) == "float32"
    )
