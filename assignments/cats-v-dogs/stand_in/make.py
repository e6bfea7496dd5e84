"""Makes the stand-in: rendered cats and dogs, and weights pre-trained on other animals.

Called with --folder F --scale JSON --seed N, it writes F/student/train, F/student/validation,
F/student/model and F/private/hidden. Equal scales and seeds give equal pictures and weights.
Rendering and pre-training go on beside each other: each alone leaves a processor idle at times.

Progress goes to standard output, one JSON object a line: {"done": 3, "total": 60, "what": "…"}.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DRAWING = HERE.parents[1] / "stand_in"
"""What stand-ins of several assignments are drawn and trained with."""
sys.path.append(str(DRAWING))

from render import FIGURES, render  # noqa: E402

WEIGHTS = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
SIDES = {"train": "student", "validation": "student", "hidden": "private"}
"""Split → the side of the folder that it lies on."""


def tell(what: str, done: int, total: int) -> None:
    """One line of progress."""
    print(json.dumps({"done": done, "total": total, "what": what}), flush=True)


def pretraining(weights: Path, scale: dict[str, Any], seed: int) -> subprocess.Popen[str]:
    """Starts the training of the network; its progress is told by a thread of its own."""
    words = {"shapes": HERE, "weights": weights, "seed": seed, "images": scale["shapes"]}
    words |= {name: scale[name] for name in ("side", "steps")}
    process = subprocess.Popen(
        [sys.executable, str(DRAWING / "pretrain.py"),
         *(word for name, value in words.items() for word in (f"--{name}", str(value)))],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip

    def relay() -> None:
        for line in process.stdout or ():
            if line.startswith("{"):
                told = json.loads(line)
                tell("pre-training the weights on other animals", told["done"], told["total"])

    threading.Thread(target=relay, daemon=True).start()
    return process


def make(folder: Path, scale: dict[str, Any], seed: int) -> int:
    """Fill `folder`; the exit status."""
    model = folder / "student" / "model"
    model.mkdir(parents=True)
    trained = pretraining(model / WEIGHTS, scale, seed)
    folders = {split: folder / side / split for split, side in SIDES.items()}
    counts = {split: dict.fromkeys(FIGURES, scale[split]) for split in SIDES}
    total = sum(sum(split.values()) for split in counts.values())
    try:
        for done in render(folders, counts, seed):
            if trained.poll():  # nobody needs the pictures any more
                break
            if done % 32 == 0 or done == total:
                tell("rendering cats and dogs", done, total)
    except BaseException:
        trained.terminate()
        raise
    return trained.wait()


def main(arguments: list[str]) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=json.loads, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args(arguments)
    return make(given.folder, given.scale, given.seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
