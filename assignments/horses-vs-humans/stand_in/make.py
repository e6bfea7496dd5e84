"""Makes the stand-in: rendered images, and weights pre-trained on other shapes.

Called with --folder F --scale JSON --seed N, it writes F/student/train, F/student/validation,
F/student/model and F/private/hidden. Equal scales and seeds give equal bytes. Rendering and
pre-training go on beside each other: each alone leaves a processor idle now and then.

Progress goes to standard output, one JSON object a line: {"done": 3, "total": 60, "what": "…"}.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DRAWING = HERE.parents[1] / "stand_in"
"""What stand-ins of several assignments are drawn and trained with."""
WEIGHTS = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
CLASSES = ("horses", "humans")
SPLITS = {"train": "student", "validation": "student", "hidden": "private"}
"""Split → the side of the folder that it lies on."""


def started(
    program: Path, what: str, *words: str
) -> tuple[subprocess.Popen[str], threading.Thread]:
    """A program, and the thread that tells its progress under the name `what`."""
    process = subprocess.Popen(
        [sys.executable, str(program), *words], stdout=subprocess.PIPE, text=True
    )

    def tell() -> None:
        for line in process.stdout or ():
            if line.startswith("{"):
                print(json.dumps({**json.loads(line), "what": what}), flush=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    return process, thread


def make(folder: Path, scale: dict[str, Any], seed: int) -> int:
    """Fill `folder`; the exit status of the first program that failed, or 0."""
    model = folder / "student" / "model"
    model.mkdir(parents=True)
    pretraining, telling = started(
        DRAWING / "pretrain.py", "pre-training the weights on other shapes",
        "--shapes", str(HERE), "--weights", str(model / WEIGHTS), "--seed", str(seed),
        "--images", str(scale["shapes"]), "--side", str(scale["side"]),
        "--steps", str(scale["steps"]),
    )  # fmt: skip
    threads, status = [telling], 0
    for split, side in SPLITS.items():
        target = folder / side / split
        target.mkdir(parents=True)
        rendering, telling = started(
            HERE / "render.py", f"rendering {split} images",
            "--folder", str(target), "--split", split, "--seed", str(seed),
            "--counts", json.dumps(dict(zip(CLASSES, scale[split], strict=True))),
            "--size", str(scale["size"]),
        )  # fmt: skip
        threads.append(telling)
        status = _ended(rendering, pretraining)
        if status:
            break
    status = status or pretraining.wait()
    for thread in () if status else threads:  # what was ended may have left somebody who writes
        thread.join()
    return status


def _ended(rendering: subprocess.Popen[str], pretraining: subprocess.Popen[str]) -> int:
    """Wait for the rendering; where one of the two fails, nobody needs the other any more."""
    while rendering.poll() is None:
        if pretraining.poll():
            rendering.terminate()
            return pretraining.returncode
        time.sleep(0.05)
    if rendering.returncode:
        pretraining.terminate()
    return rendering.returncode


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
