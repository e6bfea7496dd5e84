"""The checks of this assignment, and the hidden inputs that `ask.py` puts to the functions.

The data functions are asked with a tree of one-coloured images in place of `data`. Each image has
a colour of its own, so the colours that come out say which images were read, in which batches and
with which labels, however the data set was made.
"""

from __future__ import annotations

import random
from typing import Any

from grader.checks import *  # noqa: F403 - so that the TOML can name every ready-made check
from grader.checks import painted_images

PROBES = 8
BUILDS_ON = {
    "output_of_last_layer": ("create_pre_trained_model",),
    "create_final_model": ("create_pre_trained_model", "output_of_last_layer"),
}


def builds_on(function: str) -> tuple[str, ...]:
    """The functions that are asked before this one when a student checks it by itself."""
    return BUILDS_ON.get(function, ())


def ask_inputs(seed: int) -> dict[str, Any]:
    """Other folders, counts, shapes and colours for each seed; never a multiple of 32 images."""
    dice = random.Random(seed)  # noqa: S311 - pictures, no secrets
    counts = {
        "train": {"horses": dice.randint(40, 47), "humans": dice.randint(51, 61)},
        "validation": {"horses": dice.randint(20, 24), "humans": dice.randint(13, 17)},
    }
    if sum(counts["train"].values()) % 32 == 0:
        counts["train"]["humans"] -= 1
    total = sum(sum(split.values()) for split in counts.values())
    return {
        "functions": {
            "data": ["train_val_datasets", "train_val_generators"],
            "base": ["create_pre_trained_model"],
            "cut": ["output_of_last_layer"],
            "head": ["create_final_model"],
        },
        "seconds": {"data": 60, "base": 90, "cut": 60, "head": 90},
        "data": {
            "images": painted_images(dice, counts),
            "root": "data",
            "globals": {
                "TRAIN_DIR": "train",
                "TRAINING_DIR": "train",
                "VALIDATION_DIR": "validation",
            },
            "max_images": 3 * total,
        },
        "globals": {"base": ["pre_trained_model"], "cut": ["last_output"]},
        "cut": "mixed7",
        # few seeds: our own answer to each is made once and then comes from the cache
        "probe": {"seed": 1000 + dice.randrange(PROBES), "images": 2},
    }
