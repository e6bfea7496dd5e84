"""What the stand-in promises: equal bytes, pictures like the original's, and with TensorFlow a task
that needs its weights."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from grader.assignment import load_assignment
from grader.assignment.data import make as assets
from grader.assignment.data.programs import run_program
from grader.records.errors import AssetError

OURS = load_assignment("horses-vs-humans")
RENDER = OURS.folder / "stand_in" / "render.py"
SHAPES = OURS.folder / "stand_in"
PRETRAIN = OURS.folder.parent / "stand_in" / "pretrain.py"
HEADS = Path(__file__).parents[3] / "benchmarks" / "heads.py"


def render(folder: Path, split: str = "train", seed: int = 1, size: int = 40) -> dict[str, bytes]:
    counts = json.dumps({"horses": 4, "humans": 5})
    run_program(RENDER, ["--folder", str(folder), "--split", split, "--counts", counts,
                          "--seed", str(seed), "--size", str(size)])  # fmt: skip
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_the_same_seed_renders_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same; another seed or split shares no image."""
    first = render(tmp_path / "a")
    assert len(first) == 9
    assert render(tmp_path / "b") == first
    for other in (render(tmp_path / "c", seed=2), render(tmp_path / "d", split="hidden")):
        assert not set(other.values()) & set(first.values())


@pytest.mark.slow
def test_images_are_like_the_original_files(tmp_path: Path) -> None:
    """300×300 PNG, RGB or opaque RGBA, no time stamp or text inside, small on disk."""
    files = render(tmp_path, size=300)
    for name, raw in files.items():
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.size) == ("PNG", (300, 300))
            assert image.mode in ("RGB", "RGBA")
            assert image.mode == "RGB" or image.getchannel("A").getextrema() == (255, 255)
        assert not {b"tIME", b"tEXt", b"eXIf"} & {raw[at : at + 4] for at in range(len(raw))}
        assert len(raw) < 40_000


@pytest.mark.slow
def test_every_image_differs(tmp_path: Path) -> None:
    """No two alike in one split."""
    files = render(tmp_path)
    assert len(set(files.values())) == len(files)


# ---------------------------------------------------------------- both programs

SCALE = {"train": [3, 4], "validation": [2, 2], "hidden": [2, 3], "size": 24, "side": 75,
         "shapes": 1, "steps": 1}  # fmt: skip
PRETRAIN_STUB = """
import pathlib, sys, time
{before}
pathlib.Path(sys.argv[sys.argv.index("--weights") + 1]).write_bytes(b"weights")
print('{{"done": 1, "total": 1, "loss": 2.5}}')
"""


def programs(folder: Path, before: str = "", render: str = "") -> Path:
    """A copy of the programs in which weights are not trained, and pictures perhaps not drawn."""
    own = folder / "ours" / "stand_in"
    shutil.copytree(OURS.folder / "stand_in", own)
    shutil.copytree(OURS.folder.parent / "stand_in", folder / "stand_in")
    (folder / "stand_in" / "pretrain.py").write_text(PRETRAIN_STUB.format(before=before))
    if render:
        (own / "render.py").write_text(render)
    return own / "make.py"


def made(program: Path, folder: Path, seed: int = 1) -> list[str]:
    """Run it; what it said that it was doing."""
    said: list[str] = []
    words = ["--folder", str(folder), "--scale", json.dumps(SCALE), "--seed", str(seed)]
    run_program(program, words, lambda what, _share: said.append(what))
    return said


@pytest.mark.slow
def test_pictures_and_weights_lie_where_data_toml_says(tmp_path: Path) -> None:
    """Counts of the scale; hidden pictures on the instructor's side alone."""
    said = made(programs(tmp_path), tmp_path / "made")
    paths = [path for path in (tmp_path / "made").rglob("*") if path.is_file()]
    names = Counter(path.parent.relative_to(tmp_path / "made").as_posix() for path in paths)
    assert names == {
        "student/train/horses": 3, "student/train/humans": 4, "student/validation/horses": 2,
        "student/validation/humans": 2, "student/model": 1,
        "private/hidden/horses": 2, "private/hidden/humans": 3,
    }  # fmt: skip
    weights = OURS.data.network and OURS.data.network.weights
    assert (tmp_path / "made" / "student" / str(weights)).read_bytes() == b"weights"
    assert {"rendering hidden images", "pre-training the weights on other shapes"} <= set(said)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["render", "pretrain"])
def test_one_that_fails_ends_the_other(tmp_path: Path, which: str) -> None:
    """Nobody waits for what nobody will use; what it said last is told."""
    fails, waits = "raise SystemError('no paint')", "time.sleep(30)"
    if which == "render":
        program = programs(tmp_path, before=waits, render=fails)
    else:
        program = programs(tmp_path, before=fails, render=f"import time\n{waits}")
    started = time.monotonic()
    with pytest.raises(AssetError, match="no paint"):
        made(program, tmp_path / "made")
    assert time.monotonic() - started < 20


@pytest.mark.slow
def test_a_program_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    """Status and reason, not a traceback."""
    with pytest.raises(AssetError, match=r"status 2: .*--split"):
        run_program(RENDER, ["--folder", str(tmp_path)])


# ---------------------------------------------------------------- with TensorFlow


@pytest.mark.tensorflow
def test_the_same_seed_trains_the_same_weights(tmp_path: Path) -> None:
    """Two processes, one file: op determinism, no time stamps in the HDF5; another seed differs."""
    hashes = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        path = tmp_path / f"{name}.h5"
        run_program(PRETRAIN, ["--shapes", str(SHAPES), "--weights", str(path), "--seed", str(seed),
                                "--images", "4", "--side", "75", "--steps", "2"])  # fmt: skip
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert hashes[0] == hashes[1] != hashes[2]


def heads(*words: str) -> list[dict[str, list[float]]]:
    """What `benchmarks/heads.py` prints for the small stand-in."""
    store = assets.make_data(OURS, "small")
    done = subprocess.run([sys.executable, str(HEADS), str(store.root), *words],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.mark.tensorflow
def test_the_reference_head_learns_and_random_weights_do_not() -> None:
    """By the recipe at least 0.97 of the hidden images, without weights at most 0.65."""
    for training in heads("--seeds", "1", "2"):
        assert training["hidden"][-1] >= 0.97
        assert 0.3 <= training["untrained"] <= 0.7  # type: ignore[operator]
    for training in heads("--seeds", "1", "--no-weights"):
        assert training["hidden"][-1] <= 0.65


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
