"""The digits that are made where the grading is done: what students get, and what they do not."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[3] / "assignments" / "digits-cnn"
SCALE = tomllib.loads((FOLDER / "data.toml").read_text())["stand_in"]["scales"]["full"]


PROGRAM = """
import json, runpy, sys
program, *calls = sys.argv[1:]
for call in calls:
    sys.argv[1:] = json.loads(call)
    runpy.run_path(program, run_name="__main__")
"""


def digits(folder: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(arrays of the students' file, arrays of the hidden one), from a seed and without."""
    seeds = {folder / name: seed for name, seed in (("seeded", "3"), ("unseeded", "0"))}
    calls = [
        json.dumps(["--folder", str(place), "--scale", json.dumps(SCALE), "--seed", seed])
        for place, seed in seeds.items()
    ]
    words = [sys.executable, "-c", PROGRAM, str(FOLDER / "stand_in" / "make.py"), *calls]
    subprocess.run(words, check=True)
    files = [
        (place / "student" / "digits.npz", place / "private" / "hidden.npz") for place in seeds
    ]
    return [(dict(np.load(shown)), dict(np.load(hidden))) for shown, hidden in files]


def alike(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return all(np.array_equal(left[name], right[name]) for name in left)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Twice from one seed, twice without, in two processes."""
    return [each for name in ("a", "b") for each in digits(tmp_path_factory.mktemp(name))]


def test_students_have_one_file_and_hidden_digits_come_from_the_seed(made: Any) -> None:
    """Whose seed nobody says has digits that no other machine has."""
    assert all(alike(shown, made[0][0]) for shown, _ in made)
    seeded, unseeded, seeded_again, unseeded_again = [hidden for _, hidden in made]
    assert alike(seeded, seeded_again)
    assert not alike(unseeded, seeded)
    assert not alike(unseeded, unseeded_again)


def test_no_digit_is_in_two_parts_and_every_class_has_its_share(made: Any) -> None:
    shown, hidden = made[0]
    known = {image.tobytes() for name in ("x_train", "x_test") for image in shown[name]}
    assert len(known) == SCALE["train"] + SCALE["test"]
    assert not known & {image.tobytes() for image in hidden["x"]}
    assert len(hidden["x"]) == SCALE["hidden"] * SCALE["copies"]
    for labels in (shown["y_train"], shown["y_test"], hidden["y"]):
        counts = np.bincount(labels, minlength=10)
        assert counts.min() > 0.75 * counts.max(), counts
    for images in (shown["x_train"], shown["x_test"], hidden["x"]):
        assert (images.dtype, images.shape[1:]) == (np.uint8, (8, 8))
        assert (images.min(), images.max()) == (0, 16)


def test_a_hidden_digit_still_looks_like_itself(made: Any) -> None:
    """The nearest digit of the students' file is of the same class, for nearly all of them."""
    shown, hidden = made[0]
    own, others = (
        images.reshape(len(images), -1).astype(float) for images in (hidden["x"], shown["x_train"])
    )
    distances = (own**2).sum(1)[:, None] - 2 * own @ others.T + (others**2).sum(1)
    right = shown["y_train"][distances.argmin(1)] == hidden["y"]
    assert right.mean() > 0.93
