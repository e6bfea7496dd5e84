"""Which cells made the data: those that bound or changed them, and what they were made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.inside.asking import making
from grader.inside.kernel.history import Ran, assigned

CELLS = [
    "import numpy as np",
    "files = []",
    "for name in ('a', 'b'):\n    files.append(name)",
    "def load():\n    return np.array([len(name) for name in files])",
    "x_train = load()",
    "print(x_train)",
    "x_train /= 255",
    "history = model.fit(x_train, files)",
    "x_val = np.zeros(3)",
]


def load() -> Any:
    return files  # type: ignore[name-defined]  # noqa: F821 - of the notebook


def test_what_arrays_were_made_of_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is filled elsewhere, also where a function reads it; neither imports and texts
    nor what only looks at the data or trains with them."""
    cells = [Ran(source, True, assigned(source)) for source in CELLS]
    monkeypatch.setattr(making.history, "cells", lambda: tuple(cells))
    notebook = {"np": np, "files": ["a", "b"], "load": load, "x_train": np.ones(2),
                "x_val": np.zeros(3), "name": "b", "history": object()}  # fmt: skip
    assert making.making(["x_train"], notebook) == [1, 2, 3, 4, 6]
    assert making.making(["x_val"], notebook) == [8]
