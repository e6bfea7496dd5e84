"""All that an assignment's `ask.py` imports, to put inputs to the student's functions.

Calling a function, and writing down what came:
    attempt, defined, fitting, kind_of, one_line, wanted_of, clear, Answers
What flat code left, found by what it is; its cells run once more with ours in place of a part:
    Left, NOTHING, hints_of, is_model, is_tensor, holds_another_network,
    unfinished, cells_to_run_again, run_again
The data function, on a hidden tree of one-coloured images:
    ask_data
Models as plain data, and what a network answers to probe images:
    write_graph, write_weights, probe_images, summary
A network as it was before the final model was there, or before it was trained:
    as_before, as_untrained

Each is described where it is defined, and loaded when it is asked for: before the first cell
nothing here imports NumPy, which reads the environment when it is imported.
"""

import importlib
from typing import Any

_HOMES = {
    ".answers": ("attempt", "defined", "fitting", "kind_of", "one_line", "wanted_of", "clear",
                 "Answers"),
    ".flat": ("Left", "NOTHING", "hints_of", "is_model", "is_tensor", "holds_another_network",
              "unfinished", "cells_to_run_again", "run_again"),
    ".images": ("ask_data",),
    ".freezing": ("as_before",),
    "..export": ("write_graph", "write_weights"),
    "..export.probe": ("probe_images", "summary"),
    "..kernel.own_training": ("as_untrained",),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME)  # noqa: PLE0605 - a list of what `_HOMES` says


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name], __name__), name)
