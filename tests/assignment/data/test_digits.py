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


def digits(folder: Path, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays of the students' file, arrays of the hidden one)"""
    words = ["--folder", str(folder), "--scale", json.dumps(SCALE), "--seed", str(seed)]
    subprocess.run([sys.executable, str(FOLDER / "stand_in" / "make.py"), *words], check=True)
    files = (folder / "student" / "digits.npz", folder / "private" / "hidden.npz")
    shown, hidden = (dict(np.load(file)) for file in files)
    return shown, hidden


def alike(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return all(np.array_equal(left[name], right[name]) for name in left)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Twice from one seed, twice without."""
    folder = tmp_path_factory.mktemp("digits")
    return [digits(folder / f"{index}", seed) for index, seed in enumerate((3, 3, 0, 0))]


def test_students_have_one_file_and_hidden_digits_come_from_the_seed(made: Any) -> None:
    """Whose seed nobody says has digits that no other machine has."""
    assert all(alike(shown, made[0][0]) for shown, _ in made)
    hidden = [hidden for _, hidden in made]
    assert alike(hidden[1], hidden[0])
    assert not alike(hidden[2], hidden[0])
    assert not alike(hidden[3], hidden[2])


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
