"""Rendered cats and dogs: JPEG files of odd sizes, equal for equal seeds; colours tell nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.assignment import load_assignment

pytestmark = pytest.mark.slow
PROGRAMS = load_assignment("cats-v-dogs").folder / "stand_in"
RENDER = """
import json, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from make import write
for split, kinds in json.loads(sys.argv[4]).items():
    for kind, count in kinds.items():
        folder = Path(sys.argv[3], split, kind)
        folder.mkdir(parents=True)
        for index in range(count):
            write((folder / f"{index}.jpg", (int(sys.argv[5]), split, kind, index), None))
"""


def rendered(folder: Path, counts: dict[str, dict[str, int]], seed: int = 7) -> dict[str, bytes]:
    """Path below the folder → content."""
    drawing = PROGRAMS.parents[1] / "stand_in"
    words = [str(PROGRAMS), str(drawing), str(folder), json.dumps(counts), str(seed)]
    subprocess.run([sys.executable, "-c", RENDER, *words], check=True)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_equal_seeds_give_equal_pictures(tmp_path: Path) -> None:
    """And no picture of one split is one of another, or one of another seed."""
    counts = {"train": {"cats": 3, "dogs": 3}, "validation": {"cats": 3, "dogs": 3}}
    first, again, other = (
        rendered(tmp_path / f"{number}", counts, seed) for number, seed in enumerate((7, 7, 8))
    )
    assert len(first) == 12
    assert first == again
    assert len({*first.values(), *other.values()}) == 24


def test_the_pictures_are_photographs_in_form_and_their_colours_tell_nothing(
    tmp_path: Path,
) -> None:
    """Fitted to the colours of 240 pictures, a linear model knows no more of 120 others."""
    rendered(tmp_path, {"train": {"cats": 180, "dogs": 180}})
    sizes, colours, labels = set(), [], []
    for path in sorted(tmp_path.rglob("*.jpg")):
        with Image.open(path) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            sizes.add(image.size)
            pixels = np.asarray(image.resize((32, 32)), "float64") / 255
        colours.append(
            [*pixels.mean((0, 1)), *pixels.std((0, 1)), *pixels[8:24, 8:24].mean((0, 1)), 1]
        )
        labels.append(1.0 if path.parent.name == "dogs" else -1.0)
    assert len(sizes) > 250
    order = np.random.default_rng(0).permutation(len(labels))
    features, wanted = np.array(colours)[order], np.array(labels)[order]
    fitted = np.linalg.lstsq(features[:240], wanted[:240], rcond=None)[0]
    right = np.mean(np.sign(features[240:] @ fitted) == wanted[240:])
    assert right < 0.65
