"""The original's layout, from small archives that stand for the published ones."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from grader.assignment.data import (
    original as assets_original,
    store as assets_store,
)
from grader.assignment.data.download import Source
from grader.records.errors import AssetError

PNG = b"\x89PNG\r\n\x1a\n"
COUNTS = {"training": (6, 7), "validation": (4, 6)}


def image(word: str) -> bytes:
    return PNG + word.encode()


def published(name: str, raw: bytes, downloads: Path) -> Source:
    """A source whose file was downloaded already, so that no network is asked."""
    downloads.mkdir(parents=True, exist_ok=True)
    (downloads / name).write_bytes(raw)
    return Source(name, (), len(raw), "sha256:" + hashlib.sha256(raw).hexdigest())


def zipped(folder: Path, split: str, top: str = "") -> bytes:
    path = folder / f"{split}.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for kind, count in zip(("horses", "humans"), COUNTS[split], strict=True):
            for number in range(count):
                opened.writestr(f"{top}{kind}/{kind}{number}.png", image(f"{split}{kind}{number}"))
    return path.read_bytes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose downloads are there; nothing is described."""
    downloads = tmp_path / "assets" / "downloads"
    files = {
        "TRAINING": ("t.zip", zipped(tmp_path, "training")),
        "VALIDATION": ("v.zip", zipped(tmp_path, "validation", top="validation/")),
        "WEIGHTS": ("w.h5", b"weights"),
    }
    for constant, (name, raw) in files.items():
        monkeypatch.setattr(assets_original, constant, published(name, raw, downloads))
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    monkeypatch.setattr(assets_store, "description", lambda _weights, private: private / "d")
    return tmp_path


@pytest.fixture
def instructor(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    for kind in ("horses", "humans"):
        (folder / kind).mkdir(parents=True)
        for number in range(3):
            (folder / kind / f"{number}.png").write_bytes(image(f"hidden{kind}{number}"))
    return folder


def test_without_a_folder_half_of_validation_is_held_back(home: Path) -> None:
    """Each validation image is on exactly one side, and the same ones are chosen again."""
    store = assets_original.fetch_data()
    assert store.record.kind == "original"
    assert store.hidden_kind == "held back from validation"
    assert store.record.counts == {
        "train": {"horses": 6, "humans": 7},
        "validation": {"horses": 2, "humans": 3},
        "hidden": {"horses": 2, "humans": 3},
    }
    shown = {path.read_bytes() for path in (store.student / "validation").rglob("*.png")}
    hidden = {path.read_bytes() for path in store.hidden.rglob("*.png")}
    assert len(shown | hidden) == 10
    assert not shown & hidden
    store.root.rename(home / "elsewhere")
    assert assets_original.fetch_data().record == store.record


def test_the_instructors_images_are_used(home: Path, instructor: Path) -> None:
    """All of validation is shown, the hidden images are the instructor's."""
    store = assets_original.fetch_data(hidden=instructor)
    assert store.hidden_kind == "instructor's folder"
    assert store.record.counts["validation"] == {"horses": 4, "humans": 6}
    assert store.record.counts["hidden"] == {"horses": 3, "humans": 3}
    assert (store.hidden / "horses" / "0.png").read_bytes() == image("hiddenhorses0")
    assert store.weights.read_bytes() == b"weights"
    assert assets_store.find_data() == store


def test_what_was_fetched_last_is_found(home: Path, instructor: Path) -> None:
    """Another choice of hidden images is another folder; coming back builds nothing anew."""
    held_back = assets_original.fetch_data()
    theirs = assets_original.fetch_data(hidden=instructor)
    assert held_back.record.sha256 != theirs.record.sha256
    assert assets_store.find_data() == theirs
    assert assets_original.fetch_data() == held_back
    assert assets_store.find_data() == held_back


@pytest.mark.parametrize("fault", ["no class", "empty class", "no image"])
def test_a_wrong_hidden_folder_is_told_before_anything_is_fetched(
    home: Path, instructor: Path, fault: str
) -> None:
    """It says which sub-folder or file, and what it must be like."""
    if fault == "no class":
        (instructor / "humans").rename(instructor / "people")
    else:
        for path in (instructor / "humans").iterdir():
            path.unlink() if fault == "empty class" else path.write_bytes(b"GIF89a")
    with pytest.raises(AssetError, match="humans"):
        assets_original.fetch_data(hidden=instructor)
    assert not list((home / "assets").glob("original-*"))


def test_an_archive_without_the_classes_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half made is left."""
    (home / "x").mkdir()
    with zipfile.ZipFile(home / "x" / "x.zip", "w") as opened:
        opened.writestr("cats/1.png", PNG)
    raw = (home / "x" / "x.zip").read_bytes()
    source = published("x.zip", raw, home / "assets" / "downloads")
    monkeypatch.setattr(assets_original, "TRAINING", source)
    with pytest.raises(AssetError, match="no folder 'horses'"):
        assets_original.fetch_data()
    assert not list((home / "assets").glob("*original-*/*"))


def test_the_published_sources_are_whole() -> None:
    """Several https mirrors each, a size, a checksum."""
    for source in (assets_original.TRAINING, assets_original.VALIDATION, assets_original.WEIGHTS):
        assert len(source.addresses) > 1
        assert all(address.startswith("https://") for address in source.addresses)
        assert source.size > 10_000_000
        assert len(source.digest.partition(":")[2]) in (32, 64)
