"""What the stand-in promises: equal bytes, and pictures like the original's. That its weights are
needed: the labelled cases, and `python -m benchmarks.heads` for random ones."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from grader.assignment import load_assignment
from grader.assignment.data import obtain as assets
from grader.assignment.data.programs import run_program
from grader.records.errors import AssetError

OURS = load_assignment("horses-vs-humans")
MAKE = OURS.folder / "stand_in" / "make.py"
PRETRAIN = OURS.folder.parent / "stand_in" / "pretrain.py"
COUNTS = {"train": (3, 4), "validation": (2, 2), "hidden": (2, 3)}
PRETRAIN_STUB = """
import pathlib, sys
{before}
pathlib.Path(sys.argv[sys.argv.index("--weights") + 1]).write_bytes(b"weights")
"""


def program(folder: Path, before: str = "") -> Path:
    """A copy of the program in which weights are not trained."""
    shutil.copytree(OURS.folder / "stand_in", folder / "ours" / "stand_in")
    shutil.copytree(OURS.folder.parent / "stand_in", folder / "stand_in")
    (folder / "stand_in" / "pretrain.py").write_text(PRETRAIN_STUB.format(before=before))
    return folder / "ours" / "stand_in" / "make.py"


def rendered(folder: Path, seed: int = 1, size: int = 40, before: str = "") -> dict[str, bytes]:
    """File → bytes of all that it makes."""
    scale = {name: dict(zip(("horses", "humans"), counts, strict=True))
             for name, counts in COUNTS.items()}  # fmt: skip
    scale |= {"size": size, "side": 75, "shapes": 1, "steps": 1}  # type: ignore[dict-item]
    made = folder / "made"
    run_program(program(folder, before), ["--folder", str(made), "--scale", json.dumps(scale),
                                          "--seed", str(seed)])  # fmt: skip
    paths = (path for path in made.rglob("*") if path.is_file())
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same, where data.toml says; no image twice, and none under another seed."""
    files = rendered(tmp_path / "a")
    assert Counter(name.rpartition("/")[0] for name in files) == {
        "student/train/horses": 3, "student/train/humans": 4, "student/validation/horses": 2,
        "student/validation/humans": 2, "student/model": 1,
        "private/hidden/horses": 2, "private/hidden/humans": 3,
    }  # fmt: skip
    weights = OURS.data.network and OURS.data.network.weights
    assert files[f"student/{weights}"] == b"weights"
    assert len(set(files.values())) == len(files)
    assert rendered(tmp_path / "b") == files
    assert set(rendered(tmp_path / "c", seed=2).values()) & set(files.values()) == {b"weights"}


@pytest.mark.slow
def test_images_are_like_the_original_files(tmp_path: Path) -> None:
    """300×300 PNG, RGB or opaque RGBA, no time stamp or text inside, small on disk."""
    files = rendered(tmp_path, size=300)
    for raw in (raw for name, raw in files.items() if name.endswith(".png")):
        with Image.open(io.BytesIO(raw)) as image:
            assert (image.format, image.size) == ("PNG", (300, 300))
            assert image.mode in ("RGB", "RGBA")
            assert image.mode == "RGB" or image.getchannel("A").getextrema() == (255, 255)
        assert not {b"tIME", b"tEXt", b"eXIf"} & {raw[at : at + 4] for at in range(len(raw))}
        assert len(raw) < 40_000


@pytest.mark.slow
def test_a_training_that_fails_is_told(tmp_path: Path) -> None:
    """By the last line of the program that failed, not of the one that started it."""
    with pytest.raises(AssetError, match="status 1: SystemError: no paint"):
        rendered(tmp_path, before="raise SystemError('no paint')")


@pytest.mark.slow
def test_a_program_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    """Status and reason, not a traceback."""
    with pytest.raises(AssetError, match=r"status 2: .*--scale"):
        run_program(MAKE, ["--folder", str(tmp_path)])


# ---------------------------------------------------------------- with TensorFlow


@pytest.mark.tensorflow
def test_the_same_seed_trains_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes, one file: op determinism, no time stamps in the HDF5; another seed differs.
    On one machine it is trained once."""
    hashes = []
    for home, seed in (("a", 5), ("b", 5), ("b", 6), ("b", 6)):
        monkeypatch.setenv("GRADER_HOME", str(tmp_path / home))
        path = tmp_path / "weights.h5"
        run_program(PRETRAIN, ["--weights", str(path), "--seed", str(seed),
                                "--images", "4", "--side", "75", "--steps", "2"])  # fmt: skip
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]
    assert len(list(tmp_path.glob("*/cache/pretrained/*/*.h5"))) == 3


@pytest.mark.tensorflow
def test_the_description_has_every_array() -> None:
    """21,802,784 parameters in the graph and in the fingerprints, as in the real network."""
    store = assets.make_data(OURS, "small")
    prints = json.loads(store.fingerprints.read_text())
    numbers = 0
    for entry in prints:
        size = 1
        for length in entry["shape"]:
            size *= length
        numbers += size
    assert numbers == 21_802_784
    layers = json.loads(store.base_graph.read_text())["layers"]
    assert sum(layer["parameters"] for layer in layers) == 21_802_784
    assert {entry["layer"] for entry in prints} <= {layer["name"] for layer in layers}
