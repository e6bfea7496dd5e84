"""The head: each mistake in it costs exactly the criteria that it should."""

from __future__ import annotations

import pytest
from checks_samples import OF_THE_HEAD, share
from evidence_samples import RIGHT_HEAD, dense, final, plain, with_graph

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
