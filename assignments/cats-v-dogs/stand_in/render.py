"""Renders the stand-in images: JPEG files of odd sizes, the same for the same seed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from random import Random

from figures import draw_cat, draw_dog
from PIL import Image
from scenes import Figure, Framing, paint

FIGURES: dict[str, Figure] = {"cats": draw_cat, "dogs": draw_dog}
FRAMING = Framing((0.7, 0.92), across=0.06, down=0.04, turn=8.0)
"""Of both classes: the figure covers as much of the image, and is near its middle."""
SIDES = (190, 300)
"""Pixels of the longer side. The originals have up to 500, which says nothing at 150 by 150."""
NARROWEST = 0.78
"""The shorter side, in shares of the longer one: photographs lie or stand."""

Task = tuple[int, str, str, int, str]


def picture(seed: int, split: str, kind: str, index: int) -> Image.Image:
    """One image of a class. The streams of two splits have nothing in common."""
    random = Random(f"{seed}/{split}/{kind}/{index}")  # noqa: S311 - pictures, no secrets
    side = random.randint(*SIDES)
    image = paint(side, random, FIGURES[kind], FRAMING)
    rest = side - round(side * random.uniform(NARROWEST, 1.0))
    across, down = (rest, 0) if random.random() < 0.4 else (0, rest)
    left, top = across // 2, down // 2
    return image.crop((left, top, left + side - across, top + side - down))


def _write(task: Task) -> None:
    *named, path = task
    picture(*named).save(path, quality=88)


def render(folders: dict[str, Path], counts: dict[str, dict[str, int]], seed: int) -> Iterator[int]:
    """Write `counts[split][class]` images below `folders[split]`, on every core; how many are."""
    tasks: list[Task] = []
    for split, classes in counts.items():
        for kind, count in classes.items():
            folder = folders[split] / kind
            folder.mkdir(parents=True)
            tasks += [
                (seed, split, kind, index, str(folder / f"{kind[:-1]}.{index}.jpg"))
                for index in range(count)
            ]
    with multiprocessing.get_context("fork").Pool() as pool:
        yield from (done for done, _ in enumerate(pool.imap_unordered(_write, tasks, 8), start=1))
