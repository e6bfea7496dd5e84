"""The checks of this assignment, and the hidden inputs that `ask.py` puts to the functions.

A check is a function `(evidence, **with) -> Finding`, pure and on the host; the ready-made ones are
imported here so that assignment.toml can name them. `load_data` is asked with a file of marked rows
in the place of `stripes.npz`: each row is a pattern of its own, so the patterns that come out say
which rows were read, with which labels.
"""

from __future__ import annotations

import random
from typing import Any

from grader.checks import *  # noqa: F403 - so that the TOML can name every ready-made check
from grader.checks import marked_arrays


def ask_inputs(seed: int) -> dict[str, Any]:
    """What is asked, as plain JSON: the same for the same seed, another file for every other."""
    dice = random.Random(seed)  # noqa: S311 - patterns, no secrets
    rows = {
        # split -> names of its inputs and labels in the file, rows
        "train": ("x_train", "y_train", dice.randint(50, 70)),
        "validation": ("x_val", "y_val", dice.randint(20, 30)),
    }
    return {
        # what there is to ask -> the functions that may have it; "final" is the compiled model
        "functions": {"data": ["load_data"], "final": ["build_model"]},
        "seconds": {"data": 30, "final": 60},
        "data": marked_arrays(
            dice, rows, file="stripes.npz", shape=[8, 8], span=[0, 255], classes=3, dtype="uint8"
        ),
        "input_shape": [8, 8, 1],
    }
