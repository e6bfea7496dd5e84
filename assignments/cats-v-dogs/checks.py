"""The checks of this lab, all of them ready-made, and the hidden inputs that `ask.py` puts.

The data are read again from folders of one-coloured images, each of a colour of its own: the
colours that come out say which images were read, in which batches and with which labels. A second
time every file holds the same picture, so that what is changed at random shows.
"""

from __future__ import annotations

import random
from typing import Any

from grader.checks import *  # noqa: F403 - so that the TOML can name every ready-made check
from grader.checks import painted_images

PROBES = 8
BATCH = 20


def ask_inputs(seed: int) -> dict[str, Any]:
    """Other counts, shapes and colours for each seed; never a multiple of the batch."""
    dice = random.Random(seed)  # noqa: S311 - pictures, no secrets
    counts = {
        "train": {"cats": dice.randint(27, 33), "dogs": dice.randint(24, 29)},
        "validation": {"cats": dice.randint(21, 24), "dogs": dice.randint(13, 16)},
    }
    for split in counts.values():
        split["dogs"] -= sum(split.values()) % BATCH == 0
    total = sum(sum(split.values()) for split in counts.values())
    return {
        "functions": {"data": ["data"], "base": ["network"], "cut": ["cut"], "head": ["model"]},
        "seconds": {"data": 60, "base": 90, "cut": 60, "head": 90},
        "data": {
            "images": painted_images(dice, counts, ending="jpg"),
            "textured": {"seed": dice.randrange(2**32), "size": [150, 150]},
            "root": "data",
            "max_images": 3 * total,
        },
        "globals": {"base": ["pre_trained_model"], "cut": ["last_output"]},
        "network": {
            "import": "keras.applications.InceptionV3",
            "arguments": {"include_top": False},
            "input_shape": [150, 150, 3],
            "weights": "model/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        },
        "cut": "mixed7",
        # few seeds: our own answer to each is made once and then comes from the cache
        "probe": {"seed": 1000 + dice.randrange(PROBES), "images": 2},
    }
