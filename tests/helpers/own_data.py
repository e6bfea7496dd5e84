"""A small assignment with data of its own: what tests of the loader and of the stores work on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit

from grader.assignment import Assignment, load_assignment

RUBRIC = """
title = "Small"

[[revisions]]
id = "a"

[[criteria]]
id = "runs"
title = "It runs"
points = 1
check = "fine"
"""
CHECKS = """
from grader.checks import *
from grader.checks import passed

def ask_inputs(seed):
    return {}

def fine(evidence):
    return passed("fine")
"""
ASK = "def ask(notebook, asked, out):\n    pass\n"
IMAGES: dict[str, Any] = {
    "classes": ["cats", "dogs"],
    "splits": {name: {"images": name} for name in ("train", "validation", "hidden")},
}
ARRAYS: dict[str, Any] = {
    "classes": ["zero", "one", "two"],
    "splits": {
        "train": {"arrays": "small.npz", "inputs": "x_train", "labels": "y_train"},
        "test": {"arrays": "small.npz", "inputs": "x_test", "labels": "y_test"},
        "hidden": {"arrays": "hidden.npz", "inputs": "x", "labels": "y"},
    },
}
PROGRAM = """
import argparse, json, os, pathlib
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--folder", type=pathlib.Path)
parser.add_argument("--scale", type=json.loads)
parser.add_argument("--seed", type=int)
given = parser.parse_args()
with open(os.environ["GRADER_HOME"] + "/ran", "a") as log:
    log.write("made ")
random, count = np.random.default_rng(given.seed), given.scale["count"]


def split(rows):
    labels = np.arange(rows) % 3
    return random.random((rows, 4, 4), dtype="float32") + labels[:, None, None], labels


for side, name, splits in (("student", "small.npz", {"train": count, "test": 6}),
                           ("private", "hidden.npz", {"": 9})):
    (given.folder / side).mkdir(parents=True)
    arrays = {}
    for part, rows in splits.items():
        ending = f"_{part}" if part else ""
        arrays["x" + ending], arrays["y" + ending] = split(rows)
        print(json.dumps({"done": 1, "total": 2, "what": f"drawing {part}"}), flush=True)
    np.savez(given.folder / side / name, **arrays)
print("done")
"""
MADE: dict[str, Any] = ARRAYS | {
    "stand_in": {
        "program": "stand_in/make.py",
        "seed": 3,
        "needs_mb": 1,
        "scales": {"full": {"epochs": 2, "count": 30}, "small": {"epochs": 4, "count": 12}},
    }
}


def write_assignment(folder: Path, data: dict[str, Any], slug: str = "small") -> Path:
    """A folder with the three files, this `data.toml`, and the program where one is named."""
    made = folder / slug
    (made / "stand_in").mkdir(parents=True)
    (made / "assignment.toml").write_text(RUBRIC)
    (made / "checks.py").write_text(CHECKS)
    (made / "ask.py").write_text(ASK)
    (made / "data.toml").write_text(tomlkit.dumps(data))
    (made / "stand_in" / "make.py").write_text(PROGRAM)
    return made


def own_assignment(folder: Path, data: dict[str, Any], slug: str = "small") -> Assignment:
    """The same, loaded."""
    return load_assignment(write_assignment(folder, data, slug))
