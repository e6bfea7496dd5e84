"""Makes the stand-in: rendered horses and humans, and weights pre-trained on other shapes."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

# what stand-ins of several assignments are made with
sys.path.append(str(Path(__file__).parents[2] / "stand_in"))

from figures import draw_horse, draw_human
from making import Task, run
from scenes import Figure, Framing, paint

FIGURES: dict[str, tuple[Figure, Framing]] = {
    "horses": (draw_horse, Framing((0.54, 0.74), across=0.06, down=0.04, turn=8.0)),
    "humans": (draw_human, Framing((0.74, 1.02), across=0.06, down=0.04, turn=8.0)),
}
"""Class → how to draw it and where: both cover about as much of the image. As in the original, the
figure is near the middle."""
RGBA_SHARE = 0.1
"""Some of the original images carry an (opaque) alpha channel."""


def write(task: Task) -> None:
    """A PNG file as wide and high as the scale says. Two splits have no picture in common."""
    path, (seed, split, kind, index), size = task
    random = Random(f"{seed}/{split}/{kind}/{index}")  # noqa: S311 - pictures, no secrets
    image = paint(size, random, *FIGURES[kind])
    if random.random() < RGBA_SHARE:
        image.putalpha(255)
    image.save(path, compress_level=6)


if __name__ == "__main__":
    sys.exit(run("horses and humans", lambda kind, index: f"{kind}-{index:04d}.png", write))
