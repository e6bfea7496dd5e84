"""Small models of both Keras, rebuilt from their graphs, trained and asked: really, in seconds.

Of one Keras each time, in turn, or of both (`turns`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from turns import tried

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(1800)]
PROGRAM = Path(__file__).parents[2] / "helpers" / "rebuilding.py"
CLOSE = 2e-4
"""Two Keras, or a layer that is called alone, differ in the last bits."""


@pytest.fixture(scope="module", params=tried(["keras", "tf-keras"], 2))
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `rebuilding.py` printed, models made with one of the two."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path_factory.mktemp("measuring"))],
        env={
            **os.environ,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_USE_LEGACY_KERAS": str(int(request.param == "tf-keras")),
        },
        capture_output=True,
        text=True,
        timeout=1700,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


LEARNED = [
    "sparse", "categorical", "one sigmoid a class", "logits", "without validation", "rows",
    "unbuilt", "rescales by itself", "augments", "adapts",
]  # fmt: skip


@pytest.mark.parametrize("name", LEARNED)
def test_a_small_network_learns_ten_classes(measured: Any, name: str) -> None:
    """Whatever the loss, the shape that it reads, and where the values are scaled."""
    found = measured["digits"][name]
    assert found.get("right", 0) > 0.8, found


def test_equal_models_get_equal_numbers(measured: Any) -> None:
    """To the last bit: answers and curve."""
    first, second = measured["digits"]["sparse"], measured["digits"]["again"]
    assert (first["answers"], first["curve"]) == (second["answers"], second["curve"])


def test_validation_is_told_where_there_is_some(measured: Any) -> None:
    """And an epoch that knows all training data is the last one."""
    digits = measured["digits"]
    assert len(digits["sparse"]["curve"]["val_accuracy"]) == digits["sparse"]["epochs"]
    assert digits["without validation"]["curve"]["val_accuracy"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("one unit", "cannot tell 10 classes apart"), ("another shape", "9×9×1; those of this")],
)
def test_what_cannot_be_right_is_said_before(measured: Any, name: str, words: str) -> None:
    """Nothing is built."""
    why = measured["digits"][name]["why"]
    assert why.startswith("NotMeasurable")
    assert words in why


@pytest.mark.parametrize("name", ["too few units", "too few for rows", "not flattened"])
def test_an_output_that_does_not_fit_the_labels_is_refused(measured: Any, name: str) -> None:
    """As Keras refuses it in the notebook."""
    assert measured["digits"][name]["refused"] == {"why": "not_trainable"}


@pytest.mark.parametrize("name", ["learns nothing", "untrained"])
def test_who_does_not_learn_guesses(measured: Any, name: str) -> None:
    """One in ten."""
    assert measured["digits"][name]["right"] < 0.35


def test_what_was_trained_elsewhere_is_asked_as_it_is(measured: Any) -> None:
    """The answers are those of the notebook's own model."""
    found = measured["digits"]["as trained"]
    assert found["right"] > 0.8
    assert found["epochs"] == 0
    assert near(found["answers"], found["expected"])


@pytest.mark.parametrize("name", ["lstm", "gru both ways", "simple", "convolving"])
def test_sequences_of_numbers(measured: Any, name: str) -> None:
    """Words as numbers, one unit, two classes; and the same numbers come out of exported ones."""
    found = measured["words"][name]
    assert found.get("right", 0) > 0.8, found
    assert near(found["own"]["answers"], found["expected"])


def test_a_number_beyond_the_vocabulary_is_refused(measured: Any) -> None:
    """TensorFlow raises while it trains: the model cannot be trained on these data."""
    assert measured["words"]["too small a vocabulary"]["refused"]["why"] == "not_trainable"


def test_every_layer_that_we_say_we_rebuild_computes_the_same(measured: Any) -> None:
    """Of either Keras, with its own numbers; a few are trained as well."""
    wrong = {
        name: {key: found[key] for key in ("why", "refused", "answers", "expected") if key in found}
        for name, found in measured["layers"].items()
        if not near(found.get("answers", []), found["expected"])
        or "right" not in found.get("trained", {"right": 1})
    }
    assert wrong == {}


BIT_BY_BIT = {"Lambda", "operations", "augmentation", "nested", "schedule"}
"""In Keras 3, which is ours too; half precision is measured in full precision."""


@pytest.mark.parametrize("name", [*sorted(BIT_BY_BIT), "mixed precision"])
def test_models_as_people_build_them_get_the_numbers_of_plain_keras(
    measured: Any, name: str, request: pytest.FixtureRequest
) -> None:
    """The same seed, epochs and batches, trained by hand and by us."""
    found = measured["built"][name]
    assert "right" in found, found
    if name in BIT_BY_BIT and "tf-keras" not in request.node.name:
        assert found["answers"] == found["expected"]
    assert abs(found["right"] - found["by hand"]) < 0.25


def near(answers: list[list[float]], expected: list[list[float]]) -> bool:
    return len(answers) == len(expected) and all(
        abs(number - other) < CLOSE
        for row, others in zip(answers, expected, strict=True)
        for number, other in zip(row, others, strict=True)
    )
