"""The output: as many answers as classes, squeezed once, and a loss that takes them for such."""

from __future__ import annotations

from typing import Any

import pytest
from evidence_samples import dense, final, plain, with_graph
from plain_networks import FUNCTION, conv, plain_network

from grader.judge.checks import output_fits
from grader.records import Finding, Layer, Loss

FLAT = plain("Flatten")
SPARSE, CATEGORICAL = "sparse_categorical_crossentropy", "categorical_crossentropy"
BINARY = "binary_crossentropy"


def ends(units: int, activation: str = "linear") -> list[Layer]:
    return [conv(), FLAT, dense("answer", units, activation)]


def found(layers: list[Layer], loss: str, classes: int = 10, **more: Any) -> Finding:
    asked = {key: more.pop(key) for key in ("logits", "wrong") if key in more}
    compiled = {"loss": Loss(kind=loss, from_logits=more.pop("from_logits", False))} | more
    seen = plain_network(layers, **compiled)
    return output_fits(seen, function=FUNCTION, classes=classes, **asked)


@pytest.mark.parametrize(
    ("classes", "units", "activation", "loss", "logits"),
    [
        (10, 10, "softmax", SPARSE, False),
        (10, 10, "softmax", CATEGORICAL, False),
        (10, 10, "softmax", "categorical_focal_crossentropy", False),
        (10, 10, "linear", SPARSE, True),
        (3, 3, "linear", CATEGORICAL, True),
        (2, 2, "softmax", SPARSE, False),
        (2, 2, "linear", CATEGORICAL, True),
        (2, 1, "sigmoid", BINARY, False),
        (2, 1, "linear", BINARY, True),
    ],
)
def test_all_that_fits_is_right(
    classes: int, units: int, activation: str, loss: str, logits: bool
) -> None:
    """Softmax, logits that the loss knows of, and one unit for two classes."""
    assert found(ends(units, activation), loss, classes, from_logits=logits).share == 1


@pytest.mark.parametrize(
    ("classes", "units", "activation", "loss", "logits", "share", "words"),
    [
        (10, 9, "softmax", SPARSE, False, 0, "another number of units than 10 classes need"),
        (10, 1, "sigmoid", BINARY, False, 0, "another number of units"),
        (2, 3, "softmax", SPARSE, False, 0, "another number of units"),
        (10, 10, "sigmoid", BINARY, False, 0, "Each unit answers for itself"),
        (10, 10, "relu", SPARSE, False, 0, "softmax would"),
        (10, 10, "unknown", SPARSE, False, 0, "softmax would"),
        (2, 1, "tanh", BINARY, False, 0, "sigmoid would"),
        (2, 1, "softmax", BINARY, False, 0, "Softmax over one unit always answers 1"),
        (10, 10, "softmax", SPARSE, True, 0.5, "takes it for logits all the same"),
        (2, 1, "sigmoid", BINARY, True, 0.5, "squeezed by sigmoid"),
        (10, 10, "linear", SPARSE, False, 0, "nothing makes some"),
        (10, 10, "softmax", "mean_squared_error", False, 0.5, "one answer for each class"),
        (10, 10, "softmax", BINARY, False, 0.5, "one answer for each class"),
        (10, 10, "softmax", "unknown", False, 0.5, "one answer for each class"),
        (2, 1, "sigmoid", SPARSE, False, 0.5, "one probability"),
        (10, 10, "linear", "mean_squared_error", False, 0, "one answer for each class"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(
    classes: int, units: int, activation: str, loss: str, logits: bool, share: float, words: str
) -> None:
    """Another number of answers, none that are probabilities, or a loss that reads them wrong."""
    seen = found(ends(units, activation), loss, classes, from_logits=logits)
    assert seen.share == share
    assert words in seen.message
    assert bool(seen.misconceptions) == ("squeezed" in seen.message)


def test_logits_may_be_worth_less() -> None:
    """Where an assignment asks for probabilities."""
    seen = found(ends(10), SPARSE, from_logits=True, logits=0.25)
    assert seen.share == 0.25 and "no probabilities" in seen.message


@pytest.mark.parametrize(
    "layers",
    [
        [FLAT, dense("answer", 10), plain("Softmax")],
        [FLAT, dense("answer", 10), plain("Activation", activation="softmax")],
        [FLAT, dense("answer", 10), plain("op:Softmax")],
        [conv("answer", 10, 1, activation="linear"), plain("GlobalAveragePooling2D"),
         plain("Softmax")],
        [FLAT, dense("answer", 10, "softmax"), plain("Identity")],
    ],
)  # fmt: skip
def test_the_answer_may_be_made_in_several_layers(layers: list[Layer]) -> None:
    """The activation in a layer of its own, or a mean of convolutions."""
    assert found(layers, SPARSE).share == 1


def test_softmax_over_the_batch_makes_no_probabilities() -> None:
    """Over another axis than the last one the answers for one image need not add up to 1."""
    over = plain("Softmax", axis=0).model_copy(update={"output_shape": (None, 10)})
    seen = found([FLAT, dense("answer", 10), over], SPARSE)
    assert seen.share == 0 and "softmax would" in seen.message
    last = over.model_copy(update={"settings": {"axis": 1}})
    assert found([FLAT, dense("answer", 10), last], SPARSE).share == 1


def test_two_activations_are_one_too_many() -> None:
    """Softmax of softmax is nearly the same for every class."""
    twice = [*ends(10, "softmax"), plain("Softmax")]
    seen = found(twice, SPARSE)
    assert seen.share == 0 and "more than one activation" in seen.message


def test_an_answer_in_the_shape_of_an_image_is_none() -> None:
    """Without a Flatten a Dense layer answers for each place of the image."""
    spread = dense("answer", 10, "softmax").model_copy(update={"output_shape": (None, 26, 26, 10)})
    seen = found([conv(), spread], SPARSE)
    assert seen.share == 0 and "shape of an image" in seen.message
    spread = spread.model_copy(update={"output_shape": (None, 24, 10)})
    assert "a row for each step" in found([conv(), spread], SPARSE).message


def test_a_model_that_is_not_compiled_has_no_loss() -> None:
    """Its output is right all the same."""
    seen = found(ends(10, "softmax"), SPARSE, compiled=False)
    assert seen.share == 0.5 and "without being compiled" in seen.message
    assert found(ends(10), SPARSE, compiled=False).share == 0


def test_several_outputs_or_none_of_layers_are_no_answer() -> None:
    """Nothing is guessed."""
    assert found([conv(), FLAT], SPARSE).share == 0
    assert found([FLAT], SPARSE).message == "The model does not end in one layer of answers."
    assert found(ends(10, "softmax"), SPARSE, outputs=("answer", "conv")).share == 0


def test_it_judges_a_head_behind_a_pretrained_network_too() -> None:
    """One sigmoid unit for two classes."""
    seen = with_graph("final", final())
    assert output_fits(seen, function=FUNCTION, classes=2).share == 1
    assert output_fits(seen, function=FUNCTION, classes=3).share == 0
