"""The head: each mistake in it costs exactly the criteria that it should."""

from __future__ import annotations

import pytest
from checks_samples import OF_THE_HEAD, share
from evidence_samples import (
    RIGHT_HEAD,
    assignment,
    dense,
    final,
    measured,
    plain,
    with_graph,
)
from plain_networks import FUNCTION, conv, plain_network

from grader.judge import judge
from grader.judge.checks import dense_head, dropout_between, one_output_unit
from grader.records import Layer, Loss

FLAT, WIDE, DROP, UNIT = RIGHT_HEAD
HEADS: dict[str, tuple[list[Layer], dict[str, float]]] = {
    "no dropout": ([FLAT, WIDE, UNIT], {"dropout": 0}),
    "rate 0.5": ([FLAT, WIDE, plain("Dropout", rate=0.5), UNIT], {"dropout": 0.5}),
    "rate as text": ([FLAT, WIDE, plain("Dropout", rate="0.2"), UNIT], {"dropout": 0.5}),
    "switched off": (
        [FLAT, WIDE, plain("Dropout", rate=0.2, training=False), UNIT], {"dropout": 0.5},
    ),
    "dropout first": ([FLAT, DROP, WIDE, UNIT], {"dropout": 0.25}),
    "dropout last": ([FLAT, WIDE, UNIT, DROP], {"dropout": 0.25}),
    "other noise": ([FLAT, WIDE, plain("GaussianDropout", rate=0.2), UNIT], {"dropout": 0}),
    "reshaped": (
        [plain("Reshape").model_copy(update={"output_shape": (None, 37632)}), WIDE, DROP, UNIT], {},
    ),
    "more layers": (
        [plain("Flatten", "flatten2"), FLAT, WIDE, DROP, dense("more", 64, "relu"), UNIT], {},
    ),
    "512 units": ([FLAT, dense("wide", 512, "relu"), DROP, UNIT], {"dense-head": 0.5}),
    "tanh": ([FLAT, dense("wide", 1024, "tanh"), DROP, UNIT], {"dense-head": 0.5}),
    "relu as a layer": ([FLAT, dense("wide", 1024), plain("ReLU"), DROP, UNIT], {}),
    "relu behind normalising": (
        [FLAT, dense("wide", 1024), plain("BatchNormalization"), plain("ReLU"), DROP, UNIT], {},
    ),
    "relu that keeps all": (
        [FLAT, dense("wide", 1024), plain("ReLU", negative_slope=1.0), DROP, UNIT],
        {"dense-head": 0.5},
    ),
    "relu as an operation": ([FLAT, dense("wide", 1024), plain("op:Relu"), DROP, UNIT], {}),
    "activation layers": (
        [FLAT, dense("wide", 1024), plain("Activation", "a1", activation="relu"), DROP,
         dense("unit", 1), plain("Activation", "a2", activation="sigmoid")], {},
    ),
    "pooling": ([plain("GlobalAveragePooling2D"), WIDE, DROP, UNIT], {"dense-head": 0.5}),
    "no wide layer": ([FLAT, DROP, UNIT], {"dense-head": 0, "dropout": 0.25}),
    "sigmoid twice": (
        [FLAT, WIDE, DROP, UNIT, plain("Activation", "again", activation="sigmoid")],
        {"output-unit": 0},
    ),
    "answer doubled": ([FLAT, WIDE, DROP, UNIT, plain("op:Multiply")], {"output-unit": 0}),
    "linear behind": (
        [FLAT, WIDE, DROP, UNIT, plain("Activation", "same", activation="linear")], {},
    ),
    "linear unit": ([FLAT, WIDE, DROP, dense("unit", 1)], {"output-unit": 0}),
    "two units": ([FLAT, WIDE, DROP, dense("unit", 2, "softmax")], {"output-unit": 0}),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADS)
def test_heads(case: str) -> None:
    """Each head costs exactly the criteria it should."""
    head, expected = HEADS[case]
    seen = with_graph("final", final(head))
    assert {one: share(one, seen) for one in OF_THE_HEAD} == {
        one: expected.get(one, 1) for one in OF_THE_HEAD
    }


@pytest.mark.parametrize(("read", "dropout"), [("flatten", 1), ("wide", 0.25)])
def test_a_second_output_is_one_mistake(read: str, dropout: float) -> None:
    """What stands before the first one is right, where the second one does not go around it."""
    second = dense("aside", 1, "sigmoid").model_copy(update={"inputs": (read,)})
    both = final([*RIGHT_HEAD, second], outputs=("unit", "aside"))
    unmeasured = measured(0, status="not_measurable", message="", trainings=(), interval=None)
    seen = with_graph("final", both).model_copy(update={"measured": unmeasured})
    assert share("dropout", seen) == dropout
    fell = {verdict.criterion for verdict in judge(assignment(), seen).verdicts
            if verdict.cause == "several outputs"}  # fmt: skip
    assert fell == {"output-unit", "accuracy"}


def test_dropout_that_is_gone_around_does_not_count() -> None:
    """A second way from the wide layer to the output without Dropout is a way without Dropout."""
    around = [FLAT, WIDE, DROP,
              Layer(id="add", name="add", kind="Add", inputs=("wide", "dropout")),
              UNIT.model_copy(update={"inputs": ("add",)})]  # fmt: skip
    assert share("dropout", with_graph("final", final(around))) < 1


@pytest.mark.parametrize(
    ("activation", "logits", "expected"),
    [("sigmoid", False, 1), ("sigmoid", True, 0.5), ("linear", True, 0.5), ("linear", False, 0)],
)
def test_unit_and_loss_agree(activation: str, logits: bool, expected: float) -> None:
    """Sigmoid is asked for; logits that the loss knows of earn half; disagreement does not pass."""
    loss = Loss(kind="binary_crossentropy", from_logits=logits)
    model = final([FLAT, WIDE, DROP, dense("unit", 1, activation)], loss=loss)
    assert share("output-unit", with_graph("final", model)) == expected


@pytest.mark.parametrize(
    ("unit", "logits", "share", "words"),
    [
        (dense("unit", 1), False, 1, "answers with a number"),
        (dense("unit", 1), True, 0.5, "takes it for a logit"),
        (dense("unit", 2), False, 0, "than one number needs"),
        (dense("unit", 1, "sigmoid"), False, 0, "no number as the unit gives it"),
    ],
)
def test_a_unit_that_predicts_a_number_is_called_so(
    unit: Layer, logits: bool, share: float, words: str
) -> None:
    """There are no classes then, and nothing is a probability."""
    model = with_graph(
        "final", final([FLAT, WIDE, unit], loss=Loss(kind="mean_squared_error", from_logits=logits))
    )
    found = one_output_unit(model, function=FUNCTION, activation="linear")
    assert found.share == share and words in found.message
    assert "probabilit" not in found.message + found.expected
    assert not found.misconceptions


@pytest.mark.parametrize(
    ("shape", "words"),
    [((None, 24, 1), "a row for each step"), ((None, 7, 7, 1), "the shape of an image")],
)
def test_one_unit_that_answers_many_times_is_not_one_answer(
    shape: tuple[int | None, ...], words: str
) -> None:
    """As behind an LSTM with all its steps, or where nothing was flattened."""
    unit = dense("unit", 1, "sigmoid").model_copy(update={"output_shape": shape})
    found = one_output_unit(with_graph("final", final([FLAT, WIDE, unit])), function=FUNCTION)
    assert found.share == 0 and words in found.message


def test_a_plain_network_has_a_head_too() -> None:
    """The same checks, without a pretrained network; the words fit."""
    right = plain_network()
    asked = {"function": FUNCTION, "units": 128}
    assert dense_head(right, **asked, activation="relu").share == 1
    assert dropout_between(right, **asked, rate=0.5).share == 1
    assert dropout_between(right, function=FUNCTION).share == 1
    assert dropout_between(right, function=FUNCTION, rate=(0.2, 0.5)).share == 1
    assert dropout_between(right, function=FUNCTION, rate=(0.1, 0.2)).share == 0.5
    bare = plain_network([conv(), FLAT, dense("answer", 10, "softmax")])
    told = dense_head(bare, **asked, activation="relu")
    assert told.share == 0 and "network" not in told.message
    misplaced = plain_network([conv(), FLAT, DROP, dense("wide", 9), dense("answer", 10)])
    told = dropout_between(misplaced, function=FUNCTION)
    assert told.share == 0.25
    assert told.message.endswith("between the hidden Dense layer and the output.")
    assert told.expected == "Dropout between the hidden Dense layer and the output"


def test_features_may_come_pooled_where_that_is_said() -> None:
    """A network may end in a pooling instead of a Flatten."""
    layers = [conv(), plain("GlobalAveragePooling2D"), dense("wide", 9, "relu"), dense("end", 10)]
    asked = {"function": FUNCTION, "units": 9, "activation": "relu"}
    assert dense_head(plain_network(layers), **asked).share == 0.5
    told = dense_head(plain_network(layers), **asked, flatten=False)
    assert told.share == 1


@pytest.mark.parametrize("rate", [0.0, 1.0, float("nan"), True, "0.5", None, [0.5]])
def test_any_rate_is_one_that_silences_some(rate: object) -> None:
    """Where no rate is asked for, one of nothing or of no known size does not count."""
    layers = [conv(), FLAT, dense("wide", 9), plain("Dropout", rate=rate), dense("end", 10)]
    assert dropout_between(plain_network(layers), function=FUNCTION).share == 0.5
