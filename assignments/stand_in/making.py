"""What stand-in programs of image assignments do: the pictures of all splits, then the weights.

Called with --folder F --scale JSON --seed N, they write F/student/train, F/student/validation,
F/student/model and F/private/hidden. Equal scales and seeds give equal files.

Progress goes to standard output, one JSON object a line: {"done": 3, "total": 60, "what": "…"}.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SPLITS = {"train": "student", "validation": "student", "hidden": "private"}
"""Split → the side of the folder that it lies on."""
WEIGHTS = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"

Picture = tuple[int, str, str, int]
"""Seed, split, class and number: all that an image depends on."""
Task = tuple[Path, Picture, int]
"""The file to write, its picture, and the width in pixels where the scale names one."""


def run(what: str, name: Callable[[str, int], str], write: Callable[[Task], None]) -> int:
    """The command line of a stand-in program; its exit status.

    what: the pictures in words. name: class and number → file name. write: draws one picture.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=json.loads, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    tasks = list(_tasks(given.folder, given.scale, given.seed, name))
    for folder in {path.parent for path, *_ in tasks}:
        folder.mkdir(parents=True)
    with multiprocessing.get_context("fork").Pool() as pool:
        for done, _ in enumerate(pool.imap_unordered(write, tasks, chunksize=8), start=1):
            if done % 32 == 0 or done == len(tasks):
                said = {"done": done, "total": len(tasks), "what": f"rendering {what}"}
                print(json.dumps(said), flush=True)
    model = given.folder / "student" / "model"
    model.mkdir()
    plan = {"weights": model / WEIGHTS, "seed": given.seed, "images": given.scale["shapes"]}
    plan |= {key: given.scale[key] for key in ("side", "steps")}
    words = [word for key, value in plan.items() for word in (f"--{key}", str(value))]
    program = Path(__file__).with_name("pretrain.py")
    return subprocess.run([sys.executable, str(program), *words], check=False).returncode


def _tasks(
    folder: Path, scale: dict[str, Any], seed: int, name: Callable[[str, int], str]
) -> Iterator[Task]:
    for split, side in SPLITS.items():
        for kind, count in scale[split].items():
            for index in range(count):
                path = folder / side / split / kind / name(kind, index)
                yield path, (seed, split, kind, index), scale.get("size", 0)
