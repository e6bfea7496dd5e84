"""Renders the stand-in images: horses and humans, the same bytes for the same seed.

Run as a program, it writes `<folder>/<class>/<class>-0000.png` for one split and tells its
progress on standard output, one JSON object a line: {"done": 12, "total": 1027}.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from pathlib import Path
from random import Random

from PIL import Image

# what stand-ins of several assignments are drawn with
sys.path.append(str(Path(__file__).parents[2] / "stand_in"))

from figures import draw_horse, draw_human
from scenes import Figure, Framing, paint

SIZE = 300
"""Width and height in pixels, as in the original data."""
FIGURES: dict[str, tuple[Figure, Framing]] = {
    "horses": (draw_horse, Framing((0.54, 0.74), across=0.06, down=0.04, turn=8.0)),
    "humans": (draw_human, Framing((0.74, 1.02), across=0.06, down=0.04, turn=8.0)),
}
"""Class → how to draw it and where: both cover about as much of the image. As in the original, the
figure is near the middle."""
RGBA_SHARE = 0.1
"""Some of the original images carry an (opaque) alpha channel."""

Task = tuple[int, str, str, int, int, str]


def picture(seed: int, split: str, kind: str, index: int, size: int = SIZE) -> Image.Image:
    """One image of a class. The streams of two splits have nothing in common."""
    random = Random(f"{seed}/{split}/{kind}/{index}")  # noqa: S311 - pictures, no secrets
    image = paint(size, random, *FIGURES[kind])
    if random.random() < RGBA_SHARE:
        image.putalpha(255)
    return image


def _write(task: Task) -> None:
    seed, split, kind, index, size, path = task
    picture(seed, split, kind, index, size).save(path, compress_level=6)


def render(folder: Path, split: str, counts: dict[str, int], seed: int, size: int) -> None:
    """Write `counts[class]` images of each class below `folder`, on every core."""
    tasks: list[Task] = []
    for kind, count in counts.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            path = folder / kind / f"{kind}-{index:04d}.png"
            tasks.append((seed, split, kind, index, size, str(path)))
    with multiprocessing.get_context("fork").Pool() as pool:
        for done, _ in enumerate(pool.imap_unordered(_write, tasks, chunksize=8), start=1):
            if done % 32 == 0 or done == len(tasks):
                print(json.dumps({"done": done, "total": len(tasks)}), flush=True)


def main(arguments: list[str]) -> None:
    """Command line: --folder F --split train --counts '{"horses": 500}' --seed 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--split", required=True)
    parser.add_argument("--counts", type=json.loads, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=SIZE)
    given = parser.parse_args(arguments)
    render(given.folder, given.split, given.counts, given.seed, given.size)


if __name__ == "__main__":
    main(sys.argv[1:])
