"""Makes the stand-in: rendered cats and dogs, and weights pre-trained on other animals."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

# what stand-ins of several assignments are made with
sys.path.append(str(Path(__file__).parents[2] / "stand_in"))

from figures import draw_cat, draw_dog
from making import Task, run
from scenes import Figure, Framing, paint

FIGURES: dict[str, Figure] = {"cats": draw_cat, "dogs": draw_dog}
FRAMING = Framing((0.7, 0.92), across=0.06, down=0.04, turn=8.0)
"""Of both classes: the figure covers as much of the image, and is near its middle."""
SIDES = (190, 300)
"""Pixels of the longer side. The originals have up to 500, which says nothing at 150 by 150."""
NARROWEST = 0.78
"""The shorter side, in shares of the longer one: photographs lie or stand."""


def write(task: Task) -> None:
    """A JPEG file of an odd size. Two splits have no picture in common."""
    path, (seed, split, kind, index), _ = task
    random = Random(f"{seed}/{split}/{kind}/{index}")  # noqa: S311 - pictures, no secrets
    side = random.randint(*SIDES)
    image = paint(side, random, FIGURES[kind], FRAMING)
    rest = side - round(side * random.uniform(NARROWEST, 1.0))
    across, down = (rest, 0) if random.random() < 0.4 else (0, rest)
    left, top = across // 2, down // 2
    image = image.crop((left, top, left + side - across, top + side - down))
    image.save(path, quality=88)


if __name__ == "__main__":
    sys.exit(run("cats and dogs", lambda kind, index: f"{kind[:-1]}.{index}.jpg", write))
