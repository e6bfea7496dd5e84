"""What a student has beside the notebook is what the self-check works with."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from own_data import IMAGES, MADE, own_assignment

from grader.assignment import Assignment, load_assignment
from grader.assignment.data import make_data
from grader.records import AssetError
from grader.selfcheck import data as selfcheck_data
from grader.selfcheck.bundle import make_bundle
from grader.selfcheck.data import OWN, find_for, looked_for

NETWORK = {"import": "keras.applications.VGG16", "input_shape": [8, 8, 3], "weights": "m/w.h5"}
COURSE = IMAGES | {
    "network": NETWORK,
    "stand_in": MADE["stand_in"],
    "links": {"data": "{data}", "model": "{data}/m", "animals/val": "{data}/validation"},
}
SCIKIT = MADE | {"links": {"given/small.npz": "{data}/small.npz"}}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is on this machine yet, and nothing is described."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(selfcheck_data, "description", lambda _n, _w, folder: folder)
    return tmp_path


@pytest.fixture
def images(home: Path) -> Assignment:
    return own_assignment(home / "assignments", COURSE)


def put_images(folder: Path, *splits: str) -> Path:
    for split in splits:
        for kind in ("cats", "dogs"):
            (folder / split / kind).mkdir(parents=True)
            (folder / split / kind / "1.png").write_text(f"{split} {kind}")
    return folder


def test_the_closest_link_says_where_something_is_looked_for(images: Assignment) -> None:
    """Then the others that lead there; single files under their bare name as well."""
    assert [*looked_for(images.data, "train")] == ["data/train"]
    assert [*looked_for(images.data, "validation")] == ["animals/val", "data/validation"]
    assert [*looked_for(images.data, "m/w.h5")] == ["model/w.h5", "data/m/w.h5", "w.h5"]
    bare = images.data.model_copy(update={"links": {}})
    assert [*looked_for(bare, "train")] == ["data/train"]


def test_one_folder_that_holds_all_is_used_as_it_is(images: Assignment, tmp_path: Path) -> None:
    """Validation images stand in for the hidden ones; sizes of data are unknown, so the epochs
    are the most of any."""
    desk = put_images(tmp_path / "desk" / "data", "train", "validation").parent
    (desk / "data" / "m").mkdir()
    (desk / "data" / "m" / "w.h5").write_bytes(b"weights")
    store = find_for(desk, images)
    assert store.student == desk / "data"
    assert store.hidden == desk / "data" / "validation"
    assert store.record.counts["train"] == {"cats": 1, "dogs": 1}
    assert (store.hidden_kind, store.recipe_epochs) == (OWN, 4)
    assert store.weights == desk / "data" / "m" / "w.h5"


def test_what_lies_in_several_places_is_brought_together(
    images: Assignment, tmp_path: Path
) -> None:
    """By hard links; the notebook's own folder is shown to nobody."""
    desk = put_images(tmp_path / "desk" / "data", "train").parent
    put_images(desk / "animals", "val")
    (desk / "w.h5").write_bytes(b"weights")
    store = find_for(desk, images)
    assert not store.student.is_relative_to(desk)
    assert (store.student / "validation" / "dogs" / "1.png").read_text() == "val dogs"
    assert (store.student / "m" / "w.h5").samefile(desk / "w.h5")
    assert find_for(desk, images).student == store.student


def test_arrays_beside_the_notebook(tmp_path: Path) -> None:
    """The last split of the student's own stands in, under the names of the hidden arrays."""
    ours = own_assignment(tmp_path / "assignments", SCIKIT)
    (tmp_path / "desk" / "given").mkdir(parents=True)
    np.savez(tmp_path / "desk" / "given" / "small.npz", x_train=np.zeros((6, 2)),
             y_train=np.arange(6) % 3, x_test=np.ones((3, 2)), y_test=np.arange(3))  # fmt: skip
    store = find_for(tmp_path / "desk", ours)
    assert store.record.counts == {
        "train": {"zero": 2, "one": 2, "two": 2},
        "test": {"zero": 1, "one": 1, "two": 1},
    }
    with np.load(store.hidden) as shown:
        assert shown["x"].tolist() == [[1, 1]] * 3


def test_without_all_of_it_the_machines_own_are_taken(tmp_path: Path) -> None:
    """Else it is said what belongs where."""
    ours = own_assignment(tmp_path / "assignments", SCIKIT)
    (tmp_path / "desk").mkdir()
    with pytest.raises(AssetError) as raised:
        find_for(tmp_path / "desk", ours)
    assert "Put given/small.npz beside the notebook" in raised.value.what_to_do
    made = make_data(ours, "small")
    store = find_for(tmp_path / "desk", ours)
    assert store.student == made.student
    assert store.hidden != made.hidden


def test_a_bundle_lays_the_data_where_they_are_looked_for(
    images: Assignment, tmp_path: Path
) -> None:
    """The same places; a student who unpacks it has all that the self-check wants."""
    student = put_images(tmp_path / "made" / "student", "train", "validation")
    (student / "m").mkdir()
    (student / "m" / "w.h5").write_bytes(b"weights")
    (images.folder / "release-a.ipynb").write_text('{"cells": []}')
    store: Any = SimpleNamespace(student=student)
    chosen = images.model_copy(update={"folder": images.folder})
    make_bundle(chosen, tmp_path / "students.zip", store=store)
    with zipfile.ZipFile(tmp_path / "students.zip") as opened:
        opened.extractall(tmp_path / "unpacked")
    desk = tmp_path / "unpacked" / "small"
    assert (desk / "animals" / "val" / "cats" / "1.png").is_file()
    assert (desk / "model" / "w.h5").read_bytes() == b"weights"
    assert "`animals` and `data` and `model`" in (desk / "README.md").read_text()
    theirs = load_assignment(desk / "assignments" / "small")
    assert theirs.data.stand_in and not theirs.data.stand_in.program
    assert find_for(desk, theirs).record.counts["validation"] == {"cats": 1, "dogs": 1}
