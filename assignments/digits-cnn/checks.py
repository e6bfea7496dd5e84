"""The checks of this assignment, and the hidden inputs that `ask.py` puts to the functions.

`load_data` is asked with a file of marked rows in the place of `digits.npz`: each is a pattern of
its own, so the patterns that come out say which rows were read, with which labels.
"""

from __future__ import annotations

import random
from typing import Any

from grader.checks import *  # noqa: F403 - so that the TOML can name every ready-made check
from grader.checks import labels_fit_loss, loss_is, marked_arrays
from grader.records import Evidence, Finding, MissingEvidence


def ask_inputs(seed: int) -> dict[str, Any]:
    """Another file for each seed: other rows, and another number of them."""
    dice = random.Random(seed)  # noqa: S311 - patterns, no secrets
    rows = {
        "train": ("x_train", "y_train", dice.randint(50, 70)),
        "test": ("x_test", "y_test", dice.randint(20, 30)),
    }
    data = marked_arrays(
        dice, rows, file="digits.npz", shape=[8, 8], span=[0, 16], classes=10, dtype="uint8"
    )
    return {
        "functions": {"data": ["load_data"], "final": ["build_model"]},
        "seconds": {"data": 30, "final": 60},
        "data": data,
        "input_shape": [8, 8, 1],
    }


def loss_reads_labels(evidence: Evidence, *, functions: list[str], function: str) -> Finding:
    """The loss reads labels of the form that `load_data` gives; where it gives none, of the form
    that they have in the file."""
    try:
        return labels_fit_loss(evidence, functions=functions, function=function)
    except MissingEvidence:
        return loss_is(evidence, function=function, expected="sparse_categorical_crossentropy")
