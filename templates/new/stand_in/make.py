"""Makes the data of this assignment from a seed: pictures of stripes, for students and hidden ones.

The grader calls it with --folder F --scale JSON --seed N; it is your own trusted code and runs in
a process of its own. It writes F/student/… (what students get) and F/private/… (the hidden split),
and tells how far it is, a line of JSON each time. Replace it by what fits your data; where the data
can be downloaded, the table [[sources]] of data.toml does that.
"""

import argparse
import json
import secrets
from pathlib import Path

import numpy as np

SIDE = 8
CLASSES = 3
NOISE = 40.0
"""Standard deviation, in grey values of 0…255."""
SPLIT_SEED = 1
"""Students have the same file everywhere, whatever seed the hidden pictures come from."""


def pictures(count: int, dice: np.random.Generator) -> dict[str, np.ndarray]:
    """Pictures (count, 8, 8) of whole numbers 0…255, and what each shows: 0, 1 or 2."""
    labels = dice.permutation(np.arange(count) % CLASSES)
    row, column = np.mgrid[:SIDE, :SIDE]
    ways = (row, column, row + column)
    both = zip(labels, dice.integers(0, 4, count), strict=True)
    clean = [255.0 * ((ways[label] + start) // 2 % 2) for label, start in both]
    noisy = np.array(clean) + dice.normal(0, NOISE, (count, SIDE, SIDE))
    return {"x": np.clip(np.rint(noisy), 0, 255).astype(np.uint8), "y": labels.astype(np.int64)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=json.loads, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    student, private = given.folder / "student", given.folder / "private"
    shown = np.random.default_rng(SPLIT_SEED)
    arrays = {}
    for split, short in (("train", "train"), ("validation", "val")):
        made = pictures(given.scale[split], shown)
        arrays |= {f"{name}_{short}": array for name, array in made.items()}
    hidden = pictures(
        given.scale["hidden"], np.random.default_rng(given.seed or secrets.randbits(63))
    )
    for folder, name, content in (
        (student, "stripes.npz", arrays),
        (private, "hidden.npz", hidden),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / name, **content)
    print(json.dumps({"done": 1, "total": 1, "what": "making stripes"}), flush=True)


if __name__ == "__main__":
    main()
