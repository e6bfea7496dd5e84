"""Marked rows are known again after whatever a data function does to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from grader.inside.asking.arrays import _copies, changed_in_place, labels_first, splits_of
from grader.inside.asking.looking import augments, differences
from grader.inside.asking.marking import draw, seen_of
from grader.judge.checks.marked import EVEN, FAR, marked_arrays

SETS = {"train": ("x_train", "y_train", 60), "validation": ("x_test", "y_test", 33)}


def digits(seed: int = 1, **more: Any) -> dict[str, Any]:
    how: dict[str, Any] = {"file": "digits.npz", "shape": [8, 8], "span": [0, 16], "classes": 10}
    return marked_arrays(Random(seed), SETS, **(how | more))  # noqa: S311 - no secret


def drawn(folder: Path, asked: dict[str, Any], *, alike: bool = False) -> dict[str, Any]:
    draw(folder / asked["file"], asked, alike=alike)
    with np.load(folder / asked["file"]) as file:
        return dict(file)


def resized(images: Any, side: int) -> Any:
    pictures = [Image.fromarray(image.astype("float32")) for image in images]
    half = Image.Resampling.BILINEAR
    return np.stack([np.asarray(picture.resize((side, side), half)) for picture in pictures])


WAYS: dict[str, Callable[[Any], Any]] = {
    "as they are": lambda x: x,
    "scaled": lambda x: (x / 16).astype("float32"),
    "centred": lambda x: (x - 8) / 8,
    "an axis more": lambda x: x[..., None] / 255,
    "flat": lambda x: x.reshape(len(x), -1),
    "three channels": lambda x: np.repeat(x[..., None], 3, axis=-1),
    "standardised": lambda x: (x - x.mean(axis=0)) / x.std(axis=0),
    "padded": lambda x: np.pad(x, ((0, 0), (2, 2), (2, 2))),
    "as bytes": lambda x: x.astype("uint8"),
    "enlarged": lambda x: resized(x, 32),
    "enlarged oddly": lambda x: resized(x, 28)[..., None],
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", [[8, 8], [28, 28]])
def test_a_row_is_known_again(tmp_path: Path, way: str, shape: list[int]) -> None:
    """Its pattern comes out, with its label, in the order in which it was delivered."""
    asked = digits(shape=shape)
    arrays = drawn(tmp_path, asked)
    seen = seen_of(asked, WAYS[way](arrays["x_train"]), arrays["y_train"])
    rows = asked["sets"][0]["rows"]
    assert seen["rows"] == [[pattern, [label]] for pattern, label in rows]
    assert seen["labelled"] and seen["ended"] and not seen["batched"]


TABLES: dict[str, Callable[[Any], Any]] = {
    "as they are": lambda x: x,
    "standardised": lambda x: ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32"),
    "each column in its own way": lambda x: x / np.arange(1, x.shape[1] + 1) - 3,
    "an axis more": lambda x: x[..., None],
    "from 0 to 1": lambda x: (x - x.min(axis=0)) / np.ptp(x, axis=0),
}


@pytest.mark.parametrize("way", TABLES)
@pytest.mark.parametrize(
    ("columns", "dtype"), [(2, "float32"), (4, "float64"), (5, "int64"), (13, "float32")]
)
def test_rows_of_few_columns_are_known_again(
    tmp_path: Path, way: str, columns: int, dtype: str
) -> None:
    """Their values are of more than two sizes, as there would be too few patterns; each split has
    the least and the largest of each column."""
    asked = digits(shape=[columns], span=[0, 100], dtype=dtype)
    arrays = drawn(tmp_path, asked)
    for part in asked["sets"]:
        x, y = arrays[part["inputs"]], arrays[part["labels"]]
        assert (x.min(), x.max(), x.dtype) == (0, 100, dtype)
        seen = seen_of(asked, TABLES[way](x), y)
        assert seen["rows"] == [[pattern, [label]] for pattern, label in part["rows"]]
    patterns = [pattern for part in asked["sets"] for pattern, _ in part["rows"]]
    assert len(set(patterns)) == len(patterns)


@pytest.mark.parametrize(("shape", "span"), [([1], [0, 100]), ([4], [0, 1]), ([3, 3], [0, 0.5])])
def test_rows_that_cannot_be_told_apart_are_refused(shape: list[int], span: list[float]) -> None:
    """In words for the author."""
    sets = {split: (*names, 9 * rows) for split, (*names, rows) in SETS.items()}
    with pytest.raises(ValueError, match="cannot be told apart"):
        marked_arrays(
            Random(1), sets, file="a.npz", shape=shape, span=span, classes=3, dtype="int64"  # noqa: S311
        )  # fmt: skip


LOSSES: dict[str, Callable[[Any], Any]] = {
    "whole division": lambda x: x // 16,
    "clipped": lambda x: np.clip(x, 0, 1),
    "black and white": lambda x: x > 8,
    "rounded": lambda x: np.round(x / 16),
}


@pytest.mark.parametrize("way", LOSSES)
def test_values_that_are_rounded_away_are_told(tmp_path: Path, way: str) -> None:
    """The rows are known again all the same: it is one mistake."""
    asked = digits(dtype="uint8")
    arrays = drawn(tmp_path, asked)
    lost = seen_of(asked, LOSSES[way](arrays["x_train"]).astype("float32"), arrays["y_train"])
    kept = seen_of(asked, arrays["x_train"] / 16, arrays["y_train"])
    assert (lost["span"], kept["span"]) == ([0, 1], [0, 1])
    assert lost["between"] == 0 < kept["between"] < 0.1
    wanted = [int(pattern, 16) for pattern, _ in asked["sets"][0]["rows"]]
    apart = [
        (int(row, 16) ^ own).bit_count() for (row, _), own in zip(lost["rows"], wanted, strict=True)
    ]
    assert max(apart) <= 64 // FAR


@pytest.mark.parametrize("axis", [1, 2, (1, 2)])
def test_rows_that_are_each_scaled_by_themselves_are_told(
    tmp_path: Path, axis: int | tuple[int, int]
) -> None:
    """As `keras.utils.normalize` does; nearly every row is known again."""
    asked = digits(dtype="uint8")
    arrays = drawn(tmp_path, asked)
    images, labels = arrays["x_train"].astype("float32"), arrays["y_train"]
    length = np.sqrt((images**2).sum(axis=axis, keepdims=True))
    own = seen_of(asked, images / np.where(length > 0, length, 1), labels)
    kept = seen_of(asked, 1 - images / 16, labels)
    assert own["even"] < EVEN < kept["even"] == 1
    wanted = [int(pattern, 16) for pattern, _ in asked["sets"][0]["rows"]]
    for (row, _), pattern in zip(own["rows"], wanted, strict=True):
        assert (int(row, 16) ^ pattern).bit_count() <= 64 // FAR


def test_rows_of_one_axis_and_of_colours(tmp_path: Path) -> None:
    """Tables of few numbers, and images of three channels."""
    for shape in ([13], [32, 32, 3]):
        asked = digits(shape=shape)
        arrays = drawn(tmp_path, asked)
        assert arrays["x_train"].shape == (60, *shape)
        seen = seen_of(asked, arrays["x_train"] / 4, arrays["y_train"])
        assert [row for row, _ in seen["rows"]] == [row for row, _ in asked["sets"][0]["rows"]]


def test_what_is_told_of_arrays(tmp_path: Path) -> None:
    arrays = drawn(tmp_path, digits())
    hot = np.eye(10)[arrays["y_train"]]
    seen = seen_of(digits(), arrays["x_train"] / 16, hot)
    assert (seen["shapes"], seen["dtypes"], seen["span"]) == ([[8, 8]], ["float64"], [0.0, 1.0])
    assert seen["label_shapes"] == [[10]]
    assert seen["rows"][0][1] == hot[0].tolist()
    without = seen_of(digits(), arrays["x_train"], arrays["y_train"][:-1])
    assert not without["labelled"] and without["labels"] == 59


def test_data_sets_of_batches_and_of_single_rows(tmp_path: Path) -> None:
    """Pairs of arrays, one after the other; also of more rows than are looked at."""
    asked = digits()
    arrays = drawn(tmp_path, asked)
    x, y = arrays["x_train"], np.eye(10)[arrays["y_train"]]
    batches = [(x[at : at + 32], y[at : at + 32]) for at in (0, 32)]
    seen = seen_of(asked, batches, None)
    assert (seen["batched"], seen["batches"]) == (True, [32, 28])
    assert len(seen["rows"]) == 60 and seen["labelled"]
    single = seen_of(asked, list(zip(x, y, strict=True)), None)
    assert not single["batched"] and single["rows"] == seen["rows"]
    endless = seen_of(asked | {"max_rows": 40}, batches, None)
    assert not endless["ended"] and len(endless["rows"]) == 40


def test_what_is_none_of_ours_has_no_pattern_of_ours(tmp_path: Path) -> None:
    asked = digits()
    known = {row for row, _ in asked["sets"][0]["rows"]}
    others = np.random.default_rng(4).uniform(0, 16, (50, 8, 8))
    assert not known & {row for row, _ in seen_of(asked, others, np.zeros(50))["rows"]}
    seen = seen_of(asked, np.zeros((3, 5)), np.zeros(3))
    assert [row for row, _ in seen["rows"]] == ["", "", ""]


def test_pairs_in_any_nesting() -> None:
    """Two pairs, four arrays in either order, a dictionary, data sets; else None."""
    x, y, a, b = np.zeros((5, 4)), np.zeros(5), np.zeros((3, 4)), np.zeros((3, 2))
    right = [(x, y), (a, b)]
    for got in ([(x, y), (a, b)], (x, y, a, b), (x, a, y, b), {"x": x, "y": y, "a": a, "b": b},
                {"train": (x, y), "test": [a, b]}):  # fmt: skip
        pairs = splits_of(got)
        assert pairs is not None
        assert [[id(part) for part in pair] for pair in pairs] == [
            [id(part) for part in pair] for pair in right
        ]
        assert not labels_first(got, pairs)
    for beside in ((*right, ["zero", "one"]), (x, y, a, b, 10), ({}, right)):
        assert len(splits_of(beside) or ()) == 2
    for turned in ((y, x), ((y, x), (b, a)), ([y, b], [x, a])):
        assert labels_first(turned, splits_of(turned) or [])
    wrong: list[Any] = [None, 3, "text", (x, y, a), (x, None), [], [3, "text"]]
    assert [splits_of(got) for got in wrong] == [None] * len(wrong)
    flows = ((pair for pair in [(x, y)]), (pair for pair in [(x, y)]))
    assert splits_of(flows) == [(flows[0], None), (flows[1], None)]


def test_equal_rows_tell_what_is_changed_at_random(tmp_path: Path) -> None:
    """0 for what is only scaled; more where noise is added."""
    asked = digits()
    arrays = drawn(tmp_path, asked, alike=True)
    still = seen_of(asked, arrays["x_train"] / 16, arrays["y_train"], alike=True)
    assert still == {"differs": 0.0, "images": 16}
    noise = np.random.default_rng(3).normal(0, 2, arrays["x_train"].shape)
    assert seen_of(asked, arrays["x_train"] + noise, None, alike=True)["differs"] > 0.05


def test_settings_of_a_generator_that_differ_from_their_defaults() -> None:
    """As plain JSON, beside how far apart equal pictures came out."""

    class Generator:
        rotation_range, zoom_range, horizontal_flip = 40, np.array([0.8, 1.2]), True
        vertical_flip, brightness_range, fill_mode = False, (0.5, 1.5), "nearest"

    class Images(list[Any]):
        image_data_generator = Generator()

    picture = np.random.default_rng(1).uniform(0, 1, (6, 6, 3))
    told = augments(Images([(np.stack([picture, picture[::-1]]), np.zeros(2))]))
    assert told.pop("differs") > 0.1
    assert told == {
        "rotation_range": 40, "zoom_range": [0.8, 1.2], "horizontal_flip": True,
        "brightness_range": [0.5, 1.5], "images": 4,
    }  # fmt: skip
    assert differences([]) == differences([picture]) == {}
    assert differences([picture, picture[:2], picture]) == {"differs": 0.0, "images": 2}


def test_names_that_code_changes_in_place() -> None:
    source = "x /= 16\ny[3:] = 0\nz = 1\na[0].b[1] = 2\nc += 1"
    assert changed_in_place(source) == {"x", "y", "a", "c"}
    assert changed_in_place("!ls") == set()


def test_a_copy_of_the_file_is_known_under_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it holds, or as a link; only in a sandbox, whose folders are the notebook's own."""
    for name in ("GRADER_WORK", "HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    (tmp_path / "own" / "deep").mkdir(parents=True)
    data, same, link = tmp_path / "d.npz", tmp_path / "own/deep/mine.bin", tmp_path / "own/l.npz"
    data.write_bytes(b"rows")
    same.write_bytes(b"rows")
    link.symlink_to(data)
    (tmp_path / "own" / "d.npz").write_bytes(b"more")
    (tmp_path / "own" / "broken").symlink_to("nowhere")
    assert list(_copies(str(data))) == []
    monkeypatch.setenv("GRADER_IN", str(tmp_path))
    assert set(_copies(str(data))) == {str(same), str(link)}
