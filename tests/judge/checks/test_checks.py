"""Checks: what is right in any spelling passes, what only looks right does not."""

from __future__ import annotations

from typing import Any

import pytest
from checks_samples import CRITERIA, OF_THE_DATA, OF_THE_HEAD, finding, share
from evidence_samples import (
    RIGHT_HEAD,
    arrays,
    data_answer,
    dense,
    evidence,
    final,
    functional,
    measured,
    network,
    part,
    plain,
    with_answer,
    with_graph,
)

from grader.records import Answer, Layer, Loss


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_right_submission_earns_all(criterion: str) -> None:
    """Every criterion is met by evidence of a right submission."""
    assert finding(criterion, evidence()).share == 1


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


@pytest.mark.parametrize("number", [64, 87, 101, 133, 165, 197, 249, 311, 228, 230])
def test_another_cut_fails(number: int) -> None:
    """Only mixed7 is mixed7, whatever the shape is."""
    seen = with_graph("cut", functional(network(upto=number)))
    assert finding("cut", seen).share == 0


def test_a_cut_that_only_bears_the_name_fails() -> None:
    """A new layer called mixed7 behind another one is not in its place."""
    renamed = plain("Activation", "mixed7").model_copy(update={"inputs": ("mixed5",)})
    layers = [*network(upto=165), renamed]
    assert finding("cut", with_graph("cut", functional(layers))).share == 0


def test_the_probe_decides_when_both_answered() -> None:
    """Right place, other numbers: the graph was not what computes."""
    told = {"kind": "KerasTensor", "is_tensor": True, "carried": False, "probe": [[1.0, 2.0]]}
    for ours, expected in ([[1.0, 2.001]], 1), ([[1.0, 2.5]], 0), (None, 1), ([[1.0]], 0):
        seen = with_answer("output_of_last_layer", Answer(status="ok", value=told))
        seen = seen.model_copy(update={"measured": measured(252, probe=ours)})
        assert finding("cut", seen).share == expected


@pytest.mark.parametrize(
    ("trainable", "base", "final_share"),
    [(False, 1, 1), (True, 0, 0), ({2}, 0.25, 1), (set(range(2, 250)), 0, 1)],
)
def test_freezing(trainable: Any, base: float, final_share: float) -> None:
    """What the optimizer would update counts, by layers: none, few or most of them."""
    seen = with_graph("base", functional(network(trainable)))
    assert share("frozen-base", seen) == base
    seen = with_graph("final", final(trainable=trainable is True))
    assert share("frozen-final", seen) == final_share


@pytest.mark.parametrize("different", [1, 20, 300])
def test_weights_have_to_be_all_there(different: int) -> None:
    """One array that differs is one too many."""
    seen = evidence(weights={"base": arrays(different)})
    assert finding("pretrained-weights", seen).share == 0


def test_another_network_in_the_final_model_is_found() -> None:
    """A right network that is returned does not excuse another one inside the final model."""
    seen = evidence(weights={"base": arrays(), "final": arrays(300)})
    assert finding("pretrained-weights", seen).share == 0


def test_the_network_has_to_be_whole_and_bare() -> None:
    """No top, nothing missing, and the right input."""
    topped = [*network(), plain("GlobalAveragePooling2D"), dense("top", 1000, "softmax")]
    assert share("base-network", with_graph("base", functional(topped))) == 0
    assert share("base-network", with_graph("base", functional(network(upto=229)))) == 0
    larger = network()
    larger[0] = larger[0].model_copy(update={"output_shape": (None, 299, 299, 3)})
    assert share("base-network", with_graph("base", functional(larger))) == 0.5


def test_a_stack_is_no_functional_model() -> None:
    """Sequential, or a head that reads another tensor than the one given."""
    stack = final().model_copy(update={"style": "sequential"})
    assert share("functional-model", with_graph("final", stack)) == 0
    assert share("functional-model", with_graph("final", final(cut=197))) == 0


DATA: dict[str, tuple[Any, Any, dict[str, float]]] = {
    "right": (part("train"), part("validation"), {}),
    "scaled": (part("train", scale=1 / 255), part("validation", scale=1 / 255), {}),
    "swapped": (part("validation"), part("train"), {"train-data": 0, "validation-data": 0}),
    "twice the training": (part("train"), part("train"), {"validation-data": 0}),
    "batch 16": (part("train", batch=16), part("validation"), {"batch-and-size": 0.5}),
    "180 pixels": (part("train", side=180), part("validation"), {"batch-and-size": 0.5}),
    "part left out": (
        part("train") | {"images": part("train")["images"][:70]}, part("validation"),
        {"train-data": 0.5},
    ),
    "one-hot": (
        part("train") | {"images": [[*row[:2], [1.0, 0.0]] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "no labels": (part("train") | {"labelled": False}, part("validation"), {"labels": 0}),
    "all the same label": (
        part("train") | {"images": [[*row[:2], 1] for row in part("train")["images"]]},
        part("validation"), {"labels": 0},
    ),
    "elsewhere": (
        part("train") | {"images": [[[3.0, 0.0, 9.0], 50.0, 1] for _ in range(90)]},
        part("validation"), {"train-data": 0, "labels": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DATA)
def test_data(case: str) -> None:
    """The colours that come out tell which images were read, and each mistake costs its own."""
    train, validation, expected = DATA[case]
    seen = with_answer("train_val_datasets", data_answer(train, validation))
    assert {one: share(one, seen) for one in OF_THE_DATA} == {
        one: expected.get(one, 1) for one in OF_THE_DATA
    }


@pytest.mark.parametrize(
    ("correct", "total", "half", "expected"),
    [(252, 256, 0.02, 1), (231, 256, 0.04, 1), (225, 256, 0.04, 0.75), (225, 256, 0.01, 0.5),
     (185, 256, 0.04, 0.25), (160, 256, 0.06, 0), (128, 256, 0.06, 0), (0, 0, 0, 0)],
)  # fmt: skip
def test_accuracy_pays_in_steps(correct: int, total: int, half: float, expected: float) -> None:
    """Full at the threshold, most when the interval reaches it, then steps; chance earns none."""
    told = measured(correct, total, half) if total else measured(0, 1, status="not_measurable")
    assert finding("accuracy", evidence(measured=told)).share == expected
