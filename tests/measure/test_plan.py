"""What of a model is trained again: equal plans for equal models, refusals in words."""

from __future__ import annotations

from typing import Any

import pytest
from graph_samples import final, layer, placed, usual_head

from grader.measure.plan import NotMeasurable, NotRebuilt, Plan, takes_raw
from grader.measure.transfer import plan
from grader.records import Graph

SHAPE = (150, 150, 3)


def planned(**more: Any) -> Plan:
    return plan(placed(final(**more)), SHAPE)


def test_equal_models_have_equal_plans() -> None:
    """Names of layers, and where the graph came from, change nothing."""
    assert planned() == planned(rename=True) == planned(keras="tf-keras 2.21.0", metrics=["auc"])


def test_a_plan_says_all_that_training_depends_on() -> None:
    """Each of these is another training."""
    head = usual_head("mixed7")
    rate = {"kind": "rmsprop", "learning_rate": 1e-4}
    frozen = [*head[:1], {**head[1], "trainable_parameters": 0}, *head[2:]]
    bare = [*head[:2], {**head[3], "inputs": ["wide"]}]
    others = [
        planned(cut="mixed6"),
        planned(head=bare),
        planned(head=frozen),
        planned(optimizer=rate),
        planned(loss={"kind": "mean_squared_error"}),
        planned(loss={"kind": "binary_crossentropy", "label_smoothing": 0.1}),
    ]
    assert all(other != planned() for other in others)


@pytest.mark.parametrize(
    ("activation", "loss", "middle"),
    [
        ("sigmoid", {"kind": "binary_crossentropy"}, 0.5),
        ("linear", {"kind": "binary_crossentropy", "from_logits": True}, 0.0),
        ("linear", {"kind": "binary_crossentropy"}, 0.5),
        ("linear", {"kind": "mean_squared_error"}, 0.5),
        ("tanh", {"kind": "hinge"}, 0.0),
        ("sigmoid", {"kind": "binary_crossentropy", "from_logits": True}, 0.5),
    ],
)
def test_the_middle_is_where_the_loss_sees_it(
    activation: str, loss: dict[str, Any], middle: float
) -> None:
    """0.5 between probabilities, 0 between logits."""
    head = usual_head("mixed7")
    head[-1]["settings"]["activation"] = activation
    assert planned(head=head, loss=loss).compiled["middle"] == middle


def _head(*last: dict[str, Any]) -> dict[str, Any]:
    return final(head=[*usual_head("mixed7")[:3], *last])


def _unit(**more: Any) -> dict[str, Any]:
    return layer("unit", "Dense", ["drop"], [1], parameters=1, **{"units": 1, **more})


NOT_MEASURABLE: dict[str, tuple[dict[str, Any], str]] = {
    "opaque": ({"style": "opaque", "compiled": True}, "class of its own"),
    "an activation that is no word": (_head(_unit(activation=7)), "`activation`"),
    "units that are no number": (_head(_unit(units=True)), "`units`"),
    "astronomical units": (_head(_unit(units=10**13)), "`units`"),
    "an initializer of no kind": (
        _head(_unit(kernel_initializer={"kind": []})),
        "`kernel_initializer`",
    ),
    "a rate of one": (_head(layer("unit", "Dropout", ["drop"], [1], rate=1.0)), "`rate`"),
    "two places": (
        final(head=[layer("both", "Concatenate", ["mixed6", "mixed7"], [7, 7, 1536], axis=3)]),
        "several places",
    ),
    "no head": (final(head=[]), "no layers of its own"),
    "not compiled": (final(compiled=False), "not compiled"),
    "a loss that Keras does not have": (final(loss={"kind": "binary"}), "`binary`"),
    "an optimizer that Keras does not have": (final(optimizer={"kind": "best"}), "optimizer"),
    "a rate below zero": (final(optimizer={"kind": "sgd", "learning_rate": -1}), "learning rate"),
    "an option out of bounds": (
        final(optimizer={"kind": "sgd", "learning_rate": 1, "settings": {"momentum": 7}}),
        "`momentum`",
    ),
}


@pytest.mark.parametrize("name", NOT_MEASURABLE)
def test_what_is_not_rebuilt_is_said(name: str) -> None:
    """Before anything is started, in words for its student."""
    graph, words = NOT_MEASURABLE[name]
    with pytest.raises(NotMeasurable, match=words):
        plan(placed(graph), SHAPE)


NOT_REBUILT: dict[str, tuple[dict[str, Any], str]] = {
    "a layer of their own": (_head(layer("x", "custom:Mine", ["drop"], [1])), "`Mine`"),
    "Lambda": (_head(layer("x", "op:Lambda", ["drop"], [1])), "`Lambda`"),
    "one of Keras's that we lack": (_head(layer("x", "Attention", ["drop"], [1])), "`Attention`"),
    "an unknown activation": (_head(_unit(activation="unknown")), "`activation`"),
    "an unknown setting": (_head(_unit(path=1)), "`path`"),
    "a regularizer of their own": (
        _head(_unit(kernel_regularizer={"kind": "mine"})), "`kernel_regularizer`"
    ),
    "an initializer of their own": (
        _head(_unit(kernel_initializer={"kind": "custom"})), "`kernel_initializer`"
    ),
    "arithmetic whose number is not there": (
        _head(layer("x", "op:multiply", ["drop"], [1])), "`multiply`"
    ),
    "a loss of their own": (final(loss={"kind": "unknown"}), "`unknown`"),
    "one of Keras's losses that we lack": (final(loss={"kind": "dice"}), "`dice`"),
    "an optimizer of their own": (final(optimizer={"kind": "unknown"}), "optimizer"),
    "a plan of rates of their own": (
        final(optimizer={"kind": "sgd", "learning_rate": 0, "schedule": {"kind": "unknown"}}),
        "plan of learning rates",
    ),
}  # fmt: skip
"""Nothing of this is known to be wrong."""


@pytest.mark.parametrize("name", NOT_REBUILT)
def test_what_may_be_right_is_ours_to_lack(name: str) -> None:
    """Held for a person, never a failure."""
    graph, words = NOT_REBUILT[name]
    with pytest.raises(NotRebuilt, match=words):
        plan(placed(graph), SHAPE)


def test_images_of_another_size_are_said() -> None:
    """The network may be right; its input is not that of the assignment."""
    with pytest.raises(NotMeasurable, match="150×150×3"):
        plan(placed(final()), (100, 100, 3))


def _fronted(*rows: dict[str, Any]) -> Graph:
    """The right model with these in front of the network, one after the other."""
    graph = final()
    start, first = graph["layers"][:2]
    assert first["inputs"] == [start["id"]]
    before = start["id"]
    for row in rows:
        row["inputs"], before = [before], row["id"]
    first["inputs"] = [before]
    graph["layers"][1:1] = rows
    return placed(graph)


IMAGE = [150, 150, 3]
FLIP = {"id_": "flip", "kind": "RandomFlip", "inputs": [], "shape": IMAGE}
FRONTS: dict[str, tuple[list[dict[str, Any]], tuple[tuple[float, float], ...], list[str]]] = {
    "a layer": (
        [layer("r", "Rescaling", [], IMAGE, scale=0.5, offset=-1)], ((0.5, -1.0),), [],
    ),
    "arithmetic": (
        [layer("d", "op:divide", [], IMAGE, constant=4.0),
         layer("s", "op:subtract", [], IMAGE, constant=1.0)],
        ((0.25, 0.0), (1.0, -1.0)), [],
    ),
    "from the other side": (
        [layer("s", "op:subtract", [], IMAGE, constant=1.0, first=True)], ((-1.0, 1.0),), [],
    ),
    "behind augmentation": (
        [layer(**FLIP), layer("n", "Normalization", [], IMAGE, mean=2.0, variance=16.0)],
        ((0.25, -0.5),), [],
    ),
    "by channels": (
        [layer(**FLIP),
         layer("n", "Normalization", [], IMAGE, mean=[1, 2, 3], variance=[4.0, 16.0, 4.0])],
        ((5 / 12, -2.5 / 3),), ["Normalization"],
    ),
    "augmented in between": (
        [layer("z", "Resizing", [], IMAGE, height=150, width=150), layer(**FLIP),
         layer("r", "Rescaling", [], IMAGE, scale=0.5)],
        ((0.5, 0.0),), ["Resizing", "Rescaling"],
    ),
    "resized": (
        [layer("z", "Resizing", [], IMAGE, height=150, width=150),
         layer("r", "Rescaling", [], IMAGE, scale=0.5)],
        ((0.5, 0.0),), ["Resizing", "Rescaling"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FRONTS)
def test_what_stands_in_front_is_numbers_or_is_rebuilt(name: str) -> None:
    """A scale and an offset go into the data; anything else is built before the network."""
    rows, rescalings, kinds = FRONTS[name]
    made = plan(_fronted(*(dict(row) for row in rows)), SHAPE)
    assert made.rescalings == tuple(map(pytest.approx, rescalings))
    assert [entry["kind"] for entry in made.front] == kinds
    assert [entry["inputs"] for entry in made.front] == [
        [number - 1] for number in range(len(kinds))
    ]
    assert made.head == planned().head


@pytest.mark.parametrize(
    ("size", "brought", "shown"),
    [([300, 200, 3], IMAGE, [300, 200]), ([None, None, 3], IMAGE, [150, 150]),
     ([300, 200, 3], [299, 299, 3], None), ([300, 200, 1], IMAGE, None)],
)  # fmt: skip
def test_a_model_that_resizes_is_shown_images_of_its_size(
    size: list[Any], brought: list[int], shown: list[int] | None
) -> None:
    graph = _fronted(layer("z", "Resizing", [], brought, height=150, width=150))
    start = graph.layers[0].model_copy(update={"output_shape": (None, *size)})
    graph = graph.model_copy(update={"layers": (start, *graph.layers[1:])})
    if shown is None:
        with pytest.raises(NotMeasurable, match="takes"):
            plan(graph, SHAPE)
        return
    front = plan(graph, SHAPE).front
    assert [(entry["kind"], entry["inputs"]) for entry in front] == [
        ("Resizing", [-1]), ("Resizing", [0])
    ]  # fmt: skip
    assert [front[0]["settings"][side] for side in ("height", "width")] == shown


@pytest.mark.parametrize(
    "row",
    [layer("o", "op:Lambda", [], IMAGE), layer("c", "custom:Mine", [], IMAGE),
     layer("d", "op:divide", [], IMAGE, constant=0.0, first=True)],
)  # fmt: skip
def test_what_cannot_be_read_in_front_is_ours_to_lack(row: dict[str, Any]) -> None:
    """The network is found behind it, so nothing else is lost; a right division is built."""
    graph = _fronted(row)
    assert any(one.reference == "mixed7" for one in graph.layers)
    if row["kind"] == "op:divide":
        assert [entry["kind"] for entry in plan(graph, SHAPE).front] == ["op:divide"]
    else:
        with pytest.raises(NotRebuilt):
            plan(graph, SHAPE)


@pytest.mark.parametrize(
    ("rescalings", "raw"),
    [((), False), (((1.0, 0.0),), False), (((1.02, -0.1),), False), (((0.01, -0.2),), True),
     (((2.5, -40.0),), True), (((1.0, -30.0),), True)],
)  # fmt: skip
def test_who_normalises_by_the_numbers_of_raw_columns_is_given_them(
    rescalings: tuple[tuple[float, float], ...], raw: bool
) -> None:
    """One that was adapted to standardised columns, or to nothing, is given those."""
    assert takes_raw(planned().model_copy(update={"rescalings": rescalings})) is raw
