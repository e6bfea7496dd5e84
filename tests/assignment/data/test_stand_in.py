"""What the stand-in promises, with TensorFlow: equal bytes, and a task that needs its weights."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.assignment.data import make as assets
from grader.assignment.data.programs import run_program

OURS = load_assignment("horses-vs-humans")
SHAPES = OURS.folder / "stand_in"
PRETRAIN = OURS.folder.parent / "stand_in" / "pretrain.py"
HEADS = Path(__file__).parents[3] / "benchmarks" / "heads.py"
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
