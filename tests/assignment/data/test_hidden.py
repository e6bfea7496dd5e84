"""Hidden inputs go out under names that tell nothing; labels stay with whoever laid them out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from own_data import ARRAYS, IMAGES, MADE, own_assignment

from grader.assignment.data import lay_out_hidden, show_as_hidden
from grader.records import AssetError

IMAGES_MADE = IMAGES | {"stand_in": MADE["stand_in"]}
ARRAYS_MADE = ARRAYS | {"stand_in": MADE["stand_in"]}


def store(hidden: Path) -> Any:
    return SimpleNamespace(hidden=hidden)


def test_images_lie_under_their_hashes(tmp_path: Path) -> None:
    """Neither the name nor the folder nor the order tells the class."""
    ours = own_assignment(tmp_path, IMAGES_MADE)
    for kind in ("cats", "dogs"):
        (tmp_path / "hidden" / kind).mkdir(parents=True)
        for number in range(3):
            (tmp_path / "hidden" / kind / f"{kind}{number}.PNG").write_text(f"{kind}{number}")
    (tmp_path / "out").mkdir()
    labels = lay_out_hidden(ours, store(tmp_path / "hidden"), tmp_path / "out")
    laid = {path.name: path.read_text() for path in (tmp_path / "out" / "images").iterdir()}
    assert laid.keys() == labels.keys()
    assert all(len(name) == 64 + len(".png") and name.endswith(".png") for name in laid)
    assert {laid[name] for name, label in labels.items() if label == 1} == {
        "dogs0", "dogs1", "dogs2",
    }  # fmt: skip


def test_an_image_that_is_there_twice_is_told(tmp_path: Path) -> None:
    """Under its hash it would be one, with two labels."""
    ours = own_assignment(tmp_path, IMAGES_MADE)
    for kind in ("cats", "dogs"):
        (tmp_path / "hidden" / kind).mkdir(parents=True)
        (tmp_path / "hidden" / kind / "1.png").write_text("the same")
    (tmp_path / "out").mkdir()
    with pytest.raises(AssetError, match="there twice"):
        lay_out_hidden(ours, store(tmp_path / "hidden"), tmp_path / "out")


def test_rows_are_numbered_in_an_order_that_tells_nothing(tmp_path: Path) -> None:
    """Sorted by class they went in; each row keeps its own label."""
    ours = own_assignment(tmp_path, ARRAYS_MADE)
    inputs, labels = np.arange(60.0).reshape(30, 2), np.repeat([0, 1, 2], 10)
    np.savez(tmp_path / "hidden.npz", x=inputs, y=labels)
    told = lay_out_hidden(ours, store(tmp_path / "hidden.npz"), tmp_path)
    rows = np.load(tmp_path / "hidden.npy", allow_pickle=False)
    assert [*told] == [str(number) for number in range(30)]
    assert [told[str(n)] for n in range(30)] == [labels[int(row[0]) // 2] for row in rows]
    assert [*told.values()] != sorted(told.values())


def test_at_a_desk_what_students_see_stands_in(tmp_path: Path) -> None:
    """The last split of theirs, under the names of the hidden arrays; images where they are."""
    ours = own_assignment(tmp_path, ARRAYS_MADE)
    np.savez(tmp_path / "small.npz", x_train=np.zeros((3, 2)), y_train=np.arange(3),
             x_test=np.ones((4, 2)), y_test=np.array([0, 1, 2, 2]))  # fmt: skip
    made = show_as_hidden(tmp_path, ours, tmp_path / "scratch")
    assert sorted(lay_out_hidden(ours, store(made), tmp_path).values()) == [0, 1, 2, 2]
    images = own_assignment(tmp_path, IMAGES_MADE, "images")
    assert show_as_hidden(tmp_path, images, tmp_path) == tmp_path / "validation"
