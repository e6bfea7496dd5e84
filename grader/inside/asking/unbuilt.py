"""A Sequential that was never told the shape of its input shows nothing until it is built."""

import contextlib
from collections.abc import Sequence
from typing import Any

from ..export.walk import style_of


def built(model: Any, shape: Sequence[int] | None) -> Any:
    """The model, built for that shape of one input where its first training would build it.

    What cannot be built is left as it is: the export says what it sees of it.
    """
    if shape is not None and style_of(model) == "sequential" and not _has_graph(model):
        with contextlib.suppress(Exception):
            model.build((None, *shape))
    return model


def _has_graph(model: Any) -> bool:
    try:
        return bool((getattr(model, "_functional", None) or model).inputs)
    except Exception:  # noqa: BLE001 - an unbuilt one raises here, each Keras its own
        return False
