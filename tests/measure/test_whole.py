"""Whole models, any number of classes, arrays: planned and scored without TensorFlow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from graph_samples import COMPILED, layer
from measure_samples import Writing

from grader.assignment import Recipe
from grader.assignment.data_tables import DataTable
from grader.evidence.graph.parse import parse
from grader.measure.accuracy import measure
from grader.measure.plan import NotMeasurable, NotRebuilt, Plan, values_given
from grader.measure.whole import plan, reading_shape
from grader.pipeline.relabelled import swapped
from grader.records import (
    Assets,
    Cache,
    Evidence,
    Graph,
    Limits,
    Measured,
    Run,
    Submission,
    WeightArray,
)

CLASSES = ("zero", "one", "two")
ROWS = 30
SPARSE = {"kind": "sparse_categorical_crossentropy"}


def chain(*layers: dict[str, Any], shape: list[int] | None = None, **more: Any) -> Graph:
    """A model of these layers, one after the other, behind an input."""
    start = layer("start", "InputLayer", [], [8, 8, 1] if shape is None else shape)
    rows = [start, *layers]
    for before, row in pairwise(rows):
        row["inputs"] = row["inputs"] or [before["id"]]
    graph = {
        "style": "sequential", "class_name": "Sequential", "layers": rows, "inputs": ["start"],
        "outputs": [rows[-1]["id"]], **COMPILED, "loss": SPARSE, **more,
    }  # fmt: skip
    return parse(json.dumps(graph).encode())


def conv() -> list[dict[str, Any]]:
    return [
        layer("conv", "Conv2D", [], [6, 6, 4], parameters=40, filters=4, kernel_size=[3, 3]),
        layer("flat", "Flatten", [], [144]),
        layer("unit", "Dense", [], [3], parameters=435, units=3, activation="softmax"),
    ]


def planned(graph: Graph, shape: tuple[int, ...] = (8, 8), classes: int = 3) -> Plan:
    return plan(graph, shape, classes)


def test_a_plan_of_a_whole_model_has_all_its_layers() -> None:
    """And neither a cut nor a name of the student's."""
    made = planned(chain(*conv()))
    assert [entry["kind"] for entry in made.head] == ["Conv2D", "Flatten", "Dense"]
    assert [entry["inputs"] for entry in made.head] == [[-1], [0], [1]]
    assert (made.cut, made.input_shape) == ("", (8, 8, 1))
    renamed = [{**row, "id": f"n{row['id']}"} for row in conv()]
    assert planned(chain(*renamed)) == made


@pytest.mark.parametrize(
    ("wanted", "given", "shape"),
    [
        ((28, 28, 1), (28, 28), (28, 28, 1)),
        ((28, 28), (28, 28, 1), (28, 28)),
        ((1, 28, 28), (28, 28), (1, 28, 28)),
        ((784,), (28, 28), (784,)),
        ((None, None, 1), (28, 28), (28, 28, 1)),
        ((None,), (12,), (12,)),
        ((None, 1), (12,), (12, 1)),
        ((150, 150, 3), (150, 150, 3), (150, 150, 3)),
    ],
)
def test_the_same_numbers_in_the_same_order(wanted: Any, given: Any, shape: Any) -> None:
    """An axis of one may be there or not; all in one row is the same as well."""
    assert reading_shape(wanted, given) == shape


@pytest.mark.parametrize(
    ("wanted", "given"),
    [((27, 28), (28, 28)), ((14, 56), (28, 28)), ((150, 150, 3), (150, 150)), ((), (8, 8)),
     ((None, 3), (12,))],
)  # fmt: skip
def test_other_numbers_are_said(wanted: Any, given: Any) -> None:
    """The model is not for these data."""
    with pytest.raises(NotMeasurable, match="×".join(map(str, given))):
        reading_shape(wanted, given)


def test_a_model_that_names_no_input_is_given_channels_where_it_reads_them() -> None:
    """A Sequential without an input layer, as it is before it has seen data."""
    rows = [dict(row, output_shape=[], parameters=0, trainable_parameters=0) for row in conv()]
    for before, row in pairwise(rows):
        row["inputs"] = [before["id"]]
    graph = {
        "style": "sequential", "class_name": "Sequential", "layers": rows, "inputs": ["conv"],
        "outputs": ["unit"], **COMPILED, "loss": SPARSE,
    }  # fmt: skip
    made = planned(parse(json.dumps(graph).encode()))
    assert made.input_shape == (8, 8, 1)
    assert made.head[0]["inputs"] == [-1]


RESCALING: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "none": ([], False),
    "to one": ([layer("r", "Rescaling", [], [8, 8, 1], scale=1 / 255)], True),
    "around nought": ([layer("r", "Rescaling", [], [8, 8, 1], scale=1 / 127.5, offset=-1)], True),
    "what is scaled already": ([layer("r", "Rescaling", [], [8, 8, 1], scale=2, offset=-1)], False),
    "behind augmentation": (
        [layer("f", "RandomFlip", [], [8, 8, 1]),
         layer("r", "Rescaling", [], [8, 8, 1], scale=0.004)],
        True,
    ),
    "by arithmetic": (
        [layer("d", "op:divide", [], [8, 8, 1], constant=127.5),
         layer("s", "op:subtract", [], [8, 8, 1], constant=1.0)], True,
    ),
    "by numbers of the data": (
        [layer("n", "Normalization", [], [8, 8, 1], mean=127, variance=5400)], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESCALING)
def test_a_model_that_scales_by_itself_is_given_the_values_of_the_files(name: str) -> None:
    """Any other one those that the data function is asked to deliver."""
    before, raw = RESCALING[name]
    made = planned(chain(*before, *conv()))
    assert values_given(made, 1 / 255, 0.0) == ((1.0, 0.0) if raw else (1 / 255, 0.0))


def test_values_that_need_no_scaling_stay_as_they_are() -> None:
    """Whatever the model does with them."""
    made = planned(chain(*RESCALING["to one"][0], *conv()))
    assert values_given(made, 1.0, 0.0) == (1.0, 0.0)


def test_a_layer_that_is_called_again_is_the_same_layer() -> None:
    """Its numbers were counted at its first call."""
    row: dict[str, Any] = {"units": 8, "activation": "relu"}
    dense = layer("twice", "Dense", [], [8, 8, 8], parameters=16, **row)
    again = layer("twice#2", "Dense", [], [8, 8, 8], name="twice", **row)
    made = planned(chain(dense, again, *conv()[1:]))
    assert [entry.get("again") for entry in made.head] == [None, 0, None, None]


def both_ways(**more: Any) -> dict[str, Any]:
    inner = {"kind": "LSTM", "settings": {"units": 4, "activation": "tanh", **more}}
    return layer("both", "Bidirectional", [], [8], parameters=416, merge_mode="concat", layer=inner)


def test_a_layer_within_a_layer_is_read() -> None:
    """Others than ours are held, and a way back that is not the way there."""
    made = planned(chain(both_ways(), conv()[-1], shape=[8, 8]))
    assert made.head[0]["settings"] == {
        "merge_mode": "concat",
        "layer": {"kind": "LSTM", "settings": {"units": 4, "activation": "tanh"}},
    }
    back = both_ways()
    back["settings"]["backward_layer"] = {"kind": "GRU"}
    for row in (both_ways(activation="unknown"), back):
        with pytest.raises(NotRebuilt, match="Bidirectional"):
            planned(chain(row, conv()[-1], shape=[8, 8]))


HOSTILE = [
    [], {}, 7, {"kind": []}, {"kind": "LSTM", "settings": []}, {"kind": "op:add", "settings": {}},
    {"kind": "LSTM", "settings": {"units": "4"}}, {"kind": "Dense", "settings": {"units": 4}},
    {"kind": "Bidirectional", "settings": {"layer": {}}},
]  # fmt: skip


@pytest.mark.parametrize("inner", HOSTILE)
@pytest.mark.parametrize("mode", ["concat", [], {}])
def test_what_stands_in_a_layers_place_is_no_layer(inner: Any, mode: Any) -> None:
    """Whatever it is, it is only not read."""
    row = layer("both", "Bidirectional", [], [8], layer=inner, merge_mode=mode)
    with pytest.raises(NotRebuilt):
        planned(chain(row, conv()[-1], shape=[8, 8]))


OPERATIONS: dict[str, dict[str, Any]] = {
    "not in the list": {"kind": "op:einsum"},
    "of another module": {"kind": "op:os.system"},
    "arithmetic of one tensor": {"kind": "op:add"},
    "a constant that is a text": {"kind": "op:add", "settings": {"constant": "x" * 200}},
    "a constant out of bounds": {"kind": "op:multiply", "settings": {"constant": 1e10}},
    "constants in a table": {"kind": "op:multiply", "settings": {"constant": {"a": 1}}},
    "too many constants": {"kind": "op:multiply", "settings": {"constant": [[1.0] * 64] * 2}},
    "another argument": {"kind": "op:mean", "settings": {"axis": [1], "out": "x"}},
    "over the batch": {"kind": "op:mean", "settings": {"axis": [0]}},
    "without axes": {"kind": "op:sum"},
    "first of what has no first": {"kind": "op:exp", "settings": {"first": True}},
}
"""Only operations of our list, with what we know of them."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_hostile_operation_is_only_not_rebuilt(name: str) -> None:
    """It holds the criterion, and nothing is looked up by its name."""
    row = {**layer("odd", "op:add", [], [8, 8, 1]), "settings": {}, **OPERATIONS[name]}
    with pytest.raises(NotRebuilt):
        planned(chain(row, *conv()))


SCHEDULES: dict[str, tuple[dict[str, Any], bool]] = {
    "decay": (
        {"kind": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 10,
         "decay_rate": 0.9, "staircase": False},
        True,
    ),
    "pieces": (
        {"kind": "piecewise_constant_decay", "boundaries": [10, 20], "values": [0.1, 0.01, 0.001]},
        True,
    ),
    "of their own": ({"kind": "unknown", "power": 2}, False),
    "nothing but its name": ({"kind": "cosine_decay"}, False),
    "another number": ({"kind": "cosine_decay", "initial_learning_rate": 1, "rate": 1}, False),
    "text for a number": ({"kind": "cosine_decay", "initial_learning_rate": "1"}, False),
    "no name": ({"kind": [], "initial_learning_rate": 1}, False),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_plan_of_learning_rates_is_followed_or_held(name: str) -> None:
    """Never trained with another one."""
    schedule, known = SCHEDULES[name]
    graph = chain(*conv(), optimizer={"kind": "sgd", "learning_rate": 0.1, "schedule": schedule})
    if known:
        assert planned(graph).compiled["optimizer"]["schedule"] == schedule
    else:
        with pytest.raises(NotRebuilt, match="plan of learning rates"):
            planned(graph)


NOT_MEASURABLE: dict[str, tuple[dict[str, Any], str]] = {
    "one unit": ({"units": 1, "output_shape": [None, 1]}, "cannot tell 3 classes apart"),
    "astronomical": ({"units": 10**13}, "`units`"),
    "no number": ({"units": "3"}, "`units`"),
}


@pytest.mark.parametrize("name", NOT_MEASURABLE)
def test_what_cannot_be_right_fails(name: str) -> None:
    """It is the student's, or no graph that Keras makes."""
    more, words = NOT_MEASURABLE[name]
    *before, last = conv()
    settings = {**last["settings"], "units": more["units"]}
    unit = {**last, "settings": settings, "output_shape": more.get("output_shape", [None, 3])}
    with pytest.raises(NotMeasurable, match=words):
        planned(chain(*before, unit))


@pytest.mark.parametrize("more", [{"style": "opaque"}, {"compiled": False}, {"loss": {"kind": ""}}])
def test_what_does_not_show_or_is_not_compiled_fails(more: dict[str, Any]) -> None:
    """As with every strategy."""
    with pytest.raises(NotMeasurable):
        planned(chain(*conv(), **more))


# ---------------------------------------------------------------- scored


@dataclass
class Place:
    """Arrays of three classes, and an assignment about them."""

    assignment: Any
    assets: Any
    cache: Cache
    labels: list[int]
    """Of the hidden rows, in the order in which they are laid out."""

    def run(self, sandbox: Any, training: Any = "recipe", **more: Any) -> Measured | None:
        evidence = Evidence(
            assignment="a",
            submission=Submission(id="s", file_name="s", sha256="0", size_bytes=1),
            run=Run(status="finished"),
            assets=self.assets.record,
            **{"graphs": {"final": chain(*conv())}, **more},
        )
        return measure(
            evidence, folder=self.assets.student, assignment=self.assignment, assets=self.assets,
            sandbox=sandbox, cache=self.cache, training=training,
        )  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """With files as `data.toml` declares them."""
    dice = np.random.default_rng(1)
    arrays: dict[str, Any] = {}
    for split in ("train", "hidden"):
        arrays[f"x_{split}"] = dice.integers(0, 17, (ROWS, 8, 8)).astype("uint8")
        arrays[f"y_{split}"] = np.arange(ROWS) % len(CLASSES)
    np.savez(tmp_path / "shown.npz", x_train=arrays["x_train"], y_train=arrays["y_train"])
    np.savez(tmp_path / "hidden.npz", x=arrays["x_hidden"], y=arrays["y_hidden"])
    data = DataTable.model_validate(
        {
            "classes": CLASSES,
            "splits": {
                "train": {"arrays": "shown.npz", "inputs": "x_train", "labels": "y_train"},
                "hidden": {"arrays": "hidden.npz", "inputs": "x", "labels": "y"},
            },
        }
    )
    recipe = Recipe(strategy="whole", input_shape=(8, 8), scale=1 / 16, threshold=0.9, epochs=3)
    assignment: Any = SimpleNamespace(slug="a", recipe=recipe, data=data, measure_limits=Limits())
    assets: Any = SimpleNamespace(
        base_graph=None, fingerprints=None, weights=None, student=tmp_path,
        hidden=tmp_path / "hidden.npz", hidden_kind="stand-in", recipe_epochs=9,
        record=Assets(kind="stand-in", scale="full", sha256="b" * 64),
    )  # fmt: skip
    return Place(assignment, assets, Cache(tmp_path / "cache"), [])


def answering(share: float) -> Any:
    """A sandbox whose model answers that share of the hidden rows right: it knows them by heart."""

    def answer(request: dict[str, Any], names: Any) -> dict[str, Any]:
        del names
        rows = np.load(sandbox.hidden())
        by_row = {row.tobytes(): label for row, label in zip(*sandbox.known, strict=True)}
        told = [by_row[row.tobytes()] for row in rows]
        right = round(share * len(told))
        answers = [
            [float(unit == (label + (index >= right)) % len(CLASSES)) for unit in range(3)]
            for index, label in enumerate(told)
        ]
        return {
            "trained.json": {
                "answers": answers,
                "names": [str(index) for index in range(len(told))],
                "curve": {"loss": [0.5, 0.4], "accuracy": [0.7, 0.8], "val_loss": []},
                "parameters": 1,
                "versions": {},
            }
        }

    class Knowing(Writing):
        known: Any = None

        def hidden(self) -> Path:
            job, _ = self.jobs[-1]
            return next(one.source for one in job.mounts if one.name == "hidden") / "hidden.npy"

    sandbox = Knowing(answer)
    return sandbox


def knowing(place: Place, share: float) -> Any:
    sandbox = answering(share)
    with np.load(place.assets.hidden) as arrays:
        sandbox.known = (arrays["x"], arrays["y"].tolist())
    return sandbox


def test_arrays_of_three_classes_are_measured(place: Place) -> None:
    """By the recipe's own epochs; the request names files and arrays, and no hidden label."""
    sandbox = knowing(place, 1.0)
    measured = place.run(sandbox)
    assert measured is not None
    assert (measured.status, measured.classes, measured.examples) == ("ok", 3, "examples")
    assert [(one.correct, one.total) for one in measured.trainings] == [(ROWS, ROWS)]
    assert measured.epochs == 3
    assert measured.trainings[0].curve.loss == (0.5, 0.4), "without data for validation too"
    ((job, request),) = sandbox.jobs
    assert request["data"]["reads"] == [8, 8, 1]
    assert request["data"]["scale"] == 1 / 16
    assert list(request["data"]["splits"]) == ["train"]
    assert [one.name for one in job.mounts] == ["data", "hidden"]
    hidden = next(one.source for one in job.mounts if one.name == "hidden")
    assert [path.name for path in hidden.iterdir()] == ["hidden.npy"]
    again = place.run(sandbox)
    assert again is not None
    assert again.cached


def test_what_we_cannot_rebuild_is_a_status_of_its_own(place: Place) -> None:
    """No sandbox is started, and nothing says that the student failed."""
    own = layer("own", "custom:Mine", [], [6, 6, 4])
    *before, flat, unit = conv()
    graphs = {"final": chain(*before, own, flat, unit)}
    sandbox = knowing(place, 1.0)
    measured = place.run(sandbox, graphs=graphs)
    assert measured is not None
    assert measured.status == "not_rebuilt"
    assert "`Mine`" in measured.message
    assert sandbox.jobs == []


def test_an_output_that_came_out_otherwise_is_ours(place: Place) -> None:
    """The graph and what Keras builds of it do not agree: we have lost something on the way."""
    box = Writing(lambda request, names: {"refused.json": {"why": "other_shape", "layer": 0}})
    measured = place.run(box)
    assert measured is not None
    assert measured.status == "not_rebuilt"
    assert "`Conv2D`" in measured.message


def test_without_a_recipe_nothing_is_measured(place: Place) -> None:
    """Not even looked at."""
    place.assignment.recipe = None
    assert place.run(Writing(None), graphs={}) is None


@pytest.mark.parametrize(
    ("strategy", "training"), [("whole", "notebook"), ("as_trained", "recipe")]
)
def test_exported_numbers_go_in_and_nothing_is_trained(
    place: Place, strategy: Any, training: Any
) -> None:
    """With either strategy: where the notebook's own training was asked for, and where it is what
    is measured."""
    place.assignment.recipe = place.assignment.recipe.model_copy(update={"strategy": strategy})
    arrays = tuple(
        WeightArray(layer=name, name="kernel", shape=(size,), dtype="float32", sha256="0" * 64)
        for name, size in (("conv", 40), ("unit", 435))
    )
    sandbox = knowing(place, 1.0)
    graphs = {"trained": chain(*conv())}
    measured = place.run(sandbox, training, graphs=graphs, weights={"trained": arrays})
    assert measured is not None
    assert (measured.status, measured.mode, measured.epochs) == ("ok", "notebook", 0)
    ((job, request),) = sandbox.jobs
    assert request["recipe"]["epochs"] == 0
    assert [(one["layer"], one["nbytes"]) for one in request["arrays"]] == [("0", 160), ("2", 1740)]
    assert next(one.source for one in job.mounts if one.name == "own").name == "weights_trained.bin"
    without = place.run(sandbox, training, graphs=graphs, weights={"trained": arrays[:1]})
    assert without is not None
    assert without.status == "not_measurable"


def test_labels_of_arrays_are_swapped_for_the_second_run(place: Place, tmp_path: Path) -> None:
    """Each label by the next; inputs and the hidden side stay as they are."""
    work: Any = SimpleNamespace(
        setting=SimpleNamespace(assets=place.assets, assignment=place.assignment, cache=place.cache)
    )
    with np.load(swapped(work) / "shown.npz") as now, np.load(tmp_path / "shown.npz") as before:
        assert (now["y_train"] == (before["y_train"] + 1) % len(CLASSES)).all()
        assert (now["x_train"] == before["x_train"]).all()
