"""All that an assignment's `ask.py` imports, to put inputs to the student's functions.

Whole families of questions, one call each; `asked` declares what they are about:
    ask_transfer   data, a pretrained network, a cut, a final model behind it (`transfer.py`)
    ask_plain      data, and models that are built from nothing (`plain.py`)
Questions of one's own, beside a family or without one:
    Parts          the parts of a notebook, by function or by what flat code left (`parts.py`)
    attempt, defined, fitting, kind_of, one_line, wanted_of, clear, Answers (`answers.py`)
    write_graph, write_weights: a model as plain data (`export/`)

Each is loaded when it is asked for: before the first cell nothing here imports NumPy, which reads
the environment when it is imported.
"""

import importlib
from typing import Any

_HOMES = {
    ".transfer": ("ask_transfer",),
    ".plain": ("ask_plain",),
    ".parts": ("Parts",),
    ".answers": ("attempt", "defined", "fitting", "kind_of", "one_line", "wanted_of", "clear",
                 "Answers"),
    "..export": ("write_graph", "write_weights"),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME)  # noqa: PLE0605 - a list of what `_HOMES` says


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name], __name__), name)
