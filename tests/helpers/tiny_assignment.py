"""A second assignment, as small as one can be: two functions, one file of arrays."""

from __future__ import annotations

import json
from pathlib import Path

SLUG = "cubes-and-cones"
TITLE = "Cubes and cones"
TOML = f"""
title = "{TITLE}"

[conventions]
stop = "no-more-grading"

[[revisions]]
id = "one"
functions = ["shares", "mirrored"]
signs = ["np.load("]

[[criteria]]
id = "runs"
title = "It runs"
points = 0
check = "runs_to_the_end"

[[criteria]]
id = "present"
title = "There is something"
points = 10
check = "mine"
"""
DATA = """
classes = ["cubes", "cones"]

[splits.train]
arrays = "cubes-and-cones.npz"
inputs = "x"
labels = "y"

[stand_in.scales.full]

[links]
"cubes-and-cones.npz" = "{data}/cubes-and-cones.npz"
"""
CHECKS = """
from grader.checks import *
from grader.checks import passed

def ask_inputs(seed):
    return {"seed": seed}

def mine(evidence):
    return passed("fine")
"""
ASK = """
def ask(notebook, asked, out):
    pass
"""
SOLUTION = (
    "import numpy as np\ncubes = np.load('cubes-and-cones.npz')",
    "def shares(kinds):\n    return [1 / kinds] * kinds",
    "def mirrored(image):\n    return image[:, ::-1]",
)


def made(folder: Path, slug: str = SLUG, *, toml: str = TOML) -> Path:
    """The assignment's folder below `folder`."""
    place = folder / slug
    place.mkdir(parents=True)
    files = {"assignment.toml": toml, "data.toml": DATA, "checks.py": CHECKS, "ask.py": ASK}
    for name, text in files.items():
        (place / name).write_text(text)
    return place


def notebook(*cells: str, markdown: tuple[str, ...] = ()) -> str:
    """A notebook of these code cells, below these text cells."""
    kinds = [("markdown", text) for text in markdown] + [("code", text) for text in cells]
    return json.dumps(
        {
            "cells": [
                {"cell_type": kind, "source": text, "metadata": {}}
                | ({"outputs": [], "execution_count": None} if kind == "code" else {})
                for kind, text in kinds
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )


def put(path: Path, *cells: str, markdown: tuple[str, ...] = ()) -> Path:
    """The same, written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*cells, markdown=markdown))
    return path
