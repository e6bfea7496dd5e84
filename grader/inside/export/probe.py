"""Probe images and what is told about features for them: the same code on both sides.

`ask.py` asks the student's network, the measuring sandbox the pretrained one; the numbers are
compared on the host. Nothing secret is in here: the answer has to be computed by the network.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

DIGITS = 7


def probe_images(seed: int, images: int, shape: Sequence[int]) -> Any:
    """(images, height, width, channels) float32 in −1…1, the same for the same seed everywhere.

    Blocks of colour with noise on top: plain noise alone leaves deep layers nearly constant.
    """
    dice = np.random.default_rng(seed)
    height, width, channels = shape
    coarse = dice.uniform(-1, 1, (images, 6, 6, channels))
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 6 // width
    noise = dice.uniform(-1, 1, (images, height, width, channels))
    return (0.7 * coarse[:, rows][:, :, columns] + 0.3 * noise).astype("float32")


def summary(features: Any) -> list[list[float]]:
    """One list of numbers an image: the mean of each channel over all positions.

    features: (images, …, channels). Numbers are rounded to DIGITS significant digits.
    """
    array = np.asarray(features, dtype="float64")
    means = array.mean(axis=tuple(range(1, array.ndim - 1))) if array.ndim > 1 else array
    return [[float(f"{n:.{DIGITS}g}") for n in row] for row in np.atleast_2d(means).tolist()]
