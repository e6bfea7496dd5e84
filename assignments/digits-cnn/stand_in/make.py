"""Writes the digits that students get, and hidden ones made from digits that they do not get.

The images are real: 1,797 handwritten digits of 8 by 8 grey values from 0 to 16, as scikit-learn
ships them (the test part of "Optical Recognition of Handwritten Digits", UCI, 13 writers). They are
public, so a hidden image is one that the students' file lacks, turned and shifted a little, with
noise, all drawn from a seed. A seed of 0 is drawn here, on this machine, and kept beside the
hidden images: who knows this program does not know them. Another seed makes the same again.
"""

from __future__ import annotations

import argparse
import json
import secrets
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import affine_transform
from sklearn.datasets import load_digits

CLASSES = 10
LIGHTEST, DARKEST = 0, 16
SPLIT_SEED = 1797
"""Students have the same file everywhere, whatever seed the hidden digits come from."""
TURN = 8.0
"""Largest angle in degrees."""
SHIFT = 0.3
"""Largest way in pixels, in each direction."""
NOISE = 0.6
"""Standard deviation, in grey values."""


def drawn(labels: Any, counts: dict[str, int]) -> dict[str, Any]:
    """Split → rows of its digits: every class has its share in each, and no row is in two."""
    dice = np.random.default_rng(SPLIT_SEED)
    total = sum(counts.values())
    if total > len(labels):
        raise SystemExit(f"{total} digits are asked for, and there are {len(labels)}.")
    order = dice.permutation(len(labels))
    # the n-th digit of its class stands before the (n+1)-th of any other
    turn = np.empty(len(labels), int)
    for digit in range(CLASSES):
        own = order[labels[order] == digit]
        turn[own] = np.arange(len(own))
    order = order[np.argsort(turn[order], kind="stable")]
    rows, start = {}, 0
    for split, count in counts.items():
        rows[split] = dice.permutation(order[start : start + count])
        start += count
    return rows


def altered(image: Any, dice: np.random.Generator) -> Any:
    """The digit as if written once more: turned, shifted, with noise; (8, 8) whole numbers."""
    angle = np.deg2rad(dice.uniform(-TURN, TURN))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (np.array(image.shape) - 1) / 2
    way = middle - turn @ middle + dice.uniform(-SHIFT, SHIFT, 2)
    # in one step, as each step blurs; beyond the edge lies blank paper, not the end of the grid
    moved = affine_transform(image.astype(float), turn, way, mode="grid-constant")
    noisy = moved + dice.normal(0, NOISE, image.shape)
    return np.clip(np.rint(noisy), LIGHTEST, DARKEST).astype(np.uint8)


def say(done: int, total: int, what: str) -> None:
    print(json.dumps({"done": done, "total": total, "what": what}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=json.loads, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    seed = given.seed or secrets.randbits(63)
    scale = given.scale
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8).astype(np.uint8)
    labels = labels.astype(np.int64)
    rows = drawn(
        labels, {"train": scale["train"], "test": scale["test"], "hidden": scale["hidden"]}
    )
    student, private = given.folder / "student", given.folder / "private"
    student.mkdir(parents=True, exist_ok=True)
    private.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        student / "digits.npz",
        **{f"x_{split}": images[rows[split]] for split in ("train", "test")},
        **{f"y_{split}": labels[rows[split]] for split in ("train", "test")},
    )
    dice = np.random.default_rng(seed)
    source = np.repeat(rows["hidden"], scale["copies"])
    hidden = []
    for index, row in enumerate(source):
        hidden.append(altered(images[row], dice))
        if index % 200 == 0:
            say(index, len(source), "writing hidden digits")
    mixed = dice.permutation(len(source))
    np.savez_compressed(private / "hidden.npz", x=np.array(hidden)[mixed], y=labels[source][mixed])
    (private / "seed.txt").write_text(f"{seed}\n", encoding="utf-8")
    say(len(source), len(source), "writing hidden digits")


if __name__ == "__main__":
    main()
