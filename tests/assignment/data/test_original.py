"""The original's layout, from small archives that stand for the published ones."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_data import ARRAYS, IMAGES, own_assignment

from grader.assignment import Assignment
from grader.assignment.data import fetch_data, find_data, store as assets_store
from grader.records.errors import AssetError

PNG = b"\x89PNG\r\n\x1a\n"
COUNTS = {"train": (6, 7), "validation": (4, 6)}
KINDS = ("cats", "dogs")
URL = "https://a.invalid/x"
NETWORK = {"import": "keras.applications.VGG16", "input_shape": [32, 32, 3], "weights": "m/w.h5"}


def image(word: str) -> bytes:
    return PNG + word.encode()


def zipped(path: Path, tops: dict[str, str]) -> bytes:
    """An archive with these splits, each below a folder of its own ("" for the top)."""
    with zipfile.ZipFile(path, "w") as opened:
        for split, top in tops.items():
            for kind, count in zip(KINDS, COUNTS[split], strict=True):
                for number in range(count):
                    word = f"{split}{kind}{number}"
                    opened.writestr(f"{top}{kind}/{kind}{number}.png", image(word))
        opened.writestr("all/vectorize.py", "print()")
    return path.read_bytes()


def published(home: Path, name: str, raw: bytes, **more: str) -> dict[str, Any]:
    """A source whose file was downloaded already, so that no network is asked."""
    downloads = home / "assets" / "small" / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    (downloads / name).write_bytes(raw)
    digest = {"sha256": hashlib.sha256(raw).hexdigest()}
    return {"name": name, "urls": [URL], "bytes": len(raw), **digest, **more}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where nothing is described."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    monkeypatch.setattr(assets_store, "description", lambda _n, _w, private: private / "d")
    return tmp_path


def tables(home: Path) -> dict[str, Any]:
    """Two archives with a split each, and the weights."""
    return {
        **IMAGES,
        "network": NETWORK,
        "original": {"epochs": 3, "hold_back": "validation"},
        "sources": [
            published(home, "t.zip", zipped(home / "t.zip", {"train": ""})),
            published(home, "v.zip", zipped(home / "v.zip", {"validation": "validation/"})),
            published(home, "w.h5", b"weights", to="m/w.h5"),
        ],
        "archives": {"t.zip": {"train": "."}, "v.zip": {"validation": "."}},
    }


@pytest.fixture
def ours(home: Path) -> Assignment:
    return own_assignment(home / "assignments", tables(home))


@pytest.fixture
def instructor(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    for kind in KINDS:
        (folder / kind).mkdir(parents=True)
        for number in range(3):
            (folder / kind / f"{number}.png").write_bytes(image(f"hidden{kind}{number}"))
    return folder


def test_without_a_folder_half_of_validation_is_held_back(home: Path, ours: Assignment) -> None:
    """Each validation image is on exactly one side, and the same ones are chosen again."""
    store = fetch_data(ours)
    assert store.record.kind == "original"
    assert (store.hidden_kind, store.recipe_epochs) == ("held back from validation", 3)
    assert store.record.counts == {
        "train": {"cats": 6, "dogs": 7},
        "validation": {"cats": 2, "dogs": 3},
        "hidden": {"cats": 2, "dogs": 3},
    }
    shown = {path.read_bytes() for path in (store.student / "validation").rglob("*.png")}
    hidden = {path.read_bytes() for path in store.hidden.rglob("*.png")}
    assert len(shown | hidden) == 10
    assert not shown & hidden
    store.root.rename(home / "elsewhere")
    assert fetch_data(ours).record == store.record


def test_the_instructors_images_are_used(ours: Assignment, instructor: Path) -> None:
    """All of validation is shown, the hidden images are the instructor's."""
    store = fetch_data(ours, hidden=instructor)
    assert store.hidden_kind == "instructor's folder"
    assert store.record.counts["validation"] == {"cats": 4, "dogs": 6}
    assert store.record.counts["hidden"] == {"cats": 3, "dogs": 3}
    assert (store.hidden / "cats" / "0.png").read_bytes() == image("hiddencats0")
    assert store.weights and store.weights.read_bytes() == b"weights"
    assert find_data(ours) == store


def test_what_was_fetched_last_is_found(ours: Assignment, instructor: Path) -> None:
    """Another choice of hidden images is another folder; coming back builds nothing anew."""
    held_back = fetch_data(ours)
    theirs = fetch_data(ours, hidden=instructor)
    assert held_back.record.sha256 != theirs.record.sha256
    assert find_data(ours) == theirs
    assert fetch_data(ours) == held_back
    assert find_data(ours) == held_back


@pytest.mark.parametrize("fault", ["no class", "empty class", "no image"])
def test_a_wrong_hidden_folder_is_told_before_anything_is_fetched(
    home: Path, ours: Assignment, instructor: Path, fault: str
) -> None:
    """It says which sub-folder or file, and what it must be like."""
    if fault == "no class":
        (instructor / "dogs").rename(instructor / "hounds")
    else:
        for path in (instructor / "dogs").iterdir():
            path.unlink() if fault == "empty class" else path.write_bytes(b"GIF89a")
    with pytest.raises(AssetError, match="dogs"):
        fetch_data(ours, hidden=instructor)
    assert not list((home / "assets" / "small").glob("original-*"))


def test_an_archive_without_the_classes_is_told(home: Path) -> None:
    """Nothing half made is left."""
    with zipfile.ZipFile(home / "x.zip", "w") as opened:
        opened.writestr("birds/1.png", PNG)
    data = tables(home)
    data["sources"][0] = published(home, "t.zip", (home / "x.zip").read_bytes())
    with pytest.raises(AssetError, match="no folder 'cats'"):
        fetch_data(own_assignment(home / "assignments", data))
    assert not list((home / "assets" / "small").glob("*original-*/*"))


def in_one_zip(home: Path, layout: dict[str, str], **more: str) -> Assignment:
    raw = zipped(home / "all.zip", {"train": "all/train/", "validation": "all/validation/"})
    data = {
        **IMAGES,
        "original": {"hold_back": "validation"},
        "sources": [published(home, "all.zip", raw) | more],
        "archives": {"all.zip": layout},
    }
    return own_assignment(home / "assignments", data)


def test_two_splits_lie_in_one_zip_below_a_top_folder(home: Path) -> None:
    """Each class of each split comes from where the layout says; the rest stays out."""
    ours = in_one_zip(home, {"train": "all/train", "validation": "all/validation"})
    store = fetch_data(ours)
    assert store.record.counts["train"] == {"cats": 6, "dogs": 7}
    assert store.record.counts["validation"] == {"cats": 2, "dogs": 3}
    names = {path.read_bytes()[len(PNG) :][:5] for path in store.student.rglob("*.png")}
    assert names == {b"train", b"valid"}
    train = {path.read_bytes()[len(PNG) :][:5] for path in (store.student / "train").rglob("*.png")}
    assert train == {b"train"}
    assert not list(store.student.rglob("*.py"))


def test_another_layout_than_declared_is_told_with_what_is_there(home: Path) -> None:
    """The publisher changed it, or the author guessed."""
    ours = in_one_zip(home, {"train": "train", "validation": "validation"})
    with pytest.raises(AssetError, match=r"all\.zip has no 'train'; at its top are: all\."):
        fetch_data(ours)


def test_where_no_checksum_is_published_the_first_download_is_pinned(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and another file of that size is refused from then on."""
    monkeypatch.setattr("grader.assignment.data.download.time.sleep", lambda seconds: None)
    layout = {"train": "all/train", "validation": "all/validation"}
    ours = in_one_zip(home, layout, sha256="")
    said: list[str] = []
    root = fetch_data(ours, say=said.append).root
    pins = home / "assets" / "small" / "pinned.json"
    file = home / "assets" / "small" / "downloads" / "all.zip"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert json.loads(pins.read_text()) == {"all.zip": digest}
    assert len(said) == 1 and digest in said[0] and str(pins) in said[0]
    root.rename(home / "elsewhere")
    file.write_bytes(bytes(file.stat().st_size))
    with pytest.raises(AssetError, match=r"all\.zip could not be fetched"):
        fetch_data(ours)


def test_nothing_to_fetch_and_nothing_to_hold_back_are_said(home: Path) -> None:
    """With the way that there is instead."""
    with pytest.raises(AssetError, match="no address"):
        fetch_data(own_assignment(home / "a", {}))
    data = tables(home) | {"original": {}}
    with pytest.raises(AssetError, match="--hidden"):
        fetch_data(own_assignment(home / "b", data))


def test_rows_are_held_back_from_arrays(home: Path) -> None:
    """A half of each class, chosen by the rows' own bytes; other arrays of the file stay."""
    random = np.random.default_rng(1)
    labels = np.arange(12) % 3
    np.savez(home / "a.npz", x_train=random.random((12, 2, 2)), y_train=labels,
             x_test=random.random((12, 2, 2)), y_test=labels[:, None])  # fmt: skip
    raw = (home / "a.npz").read_bytes()
    data = ARRAYS | {
        "original": {"hold_back": "test"},
        "sources": [published(home, "small.npz", raw, to="small.npz")],
    }
    store = fetch_data(own_assignment(home / "assignments", data))
    assert store.record.counts == {
        "train": {"zero": 4, "one": 4, "two": 4},
        "test": {"zero": 2, "one": 2, "two": 2},
        "hidden": {"zero": 2, "one": 2, "two": 2},
    }
    with np.load(home / "a.npz") as whole, np.load(store.student / "small.npz") as shown:
        assert np.array_equal(whole["x_train"], shown["x_train"])
        hidden = np.load(store.hidden)
        rows = [row.tobytes() for row in (*shown["x_test"], *hidden["x"])]
        assert sorted(rows) == sorted(row.tobytes() for row in whole["x_test"])
    assert (home / "assets/small/downloads/small.npz").read_bytes() == raw
