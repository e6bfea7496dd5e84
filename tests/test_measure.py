"""Measuring without TensorFlow: what is planned, refused and scored; a sandbox that only writes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graph_samples import NETWORK, final, layer, network, placed, usual_head
from hypothesis import given
from hypothesis import strategies as st

from grader.cache import Cache
from grader.limits import Limits
from grader.measure import measure
from grader.measure_interval import wilson
from grader.measure_plan import NotMeasurable, Plan, plan
from grader.records import Assets, Evidence, Graph, Measured, Run, Submission, WeightArray
from grader.sandbox import Exit, Job

SHAPE = (150, 150, 3)
HIDDEN = 20
"""Hidden images of each of two classes."""


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
    "a layer of their own": (_head(layer("x", "custom:Mine", ["drop"], [1])), "`Mine`"),
    "Lambda": (_head(layer("x", "op:Lambda", ["drop"], [1])), "`Lambda`"),
    "an unknown activation": (_head(_unit(activation="unknown")), "`activation`"),
    "units that are no number": (_head(_unit(units=True)), "`units`"),
    "astronomical units": (_head(_unit(units=10**13)), "`units`"),
    "an unknown setting": (_head(_unit(path=1)), "`path`"),
    "a rate of one": (_head(layer("unit", "Dropout", ["drop"], [1], rate=1.0)), "`rate`"),
    "two places": (
        final(head=[layer("both", "Concatenate", ["mixed6", "mixed7"], [7, 7, 1536], axis=3)]),
        "several places",
    ),
    "no head": (final(head=[]), "no layers of its own"),
    "not compiled": (final(compiled=False), "not compiled"),
    "a loss of their own": (final(loss={"kind": "unknown"}), "`unknown`"),
    "an optimizer of their own": (final(optimizer={"kind": "unknown"}), "optimizer"),
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


def test_images_of_another_size_are_said() -> None:
    """The network may be right; its input is not that of the assignment."""
    with pytest.raises(NotMeasurable, match="150×150×3; |150×150×3 images"):
        plan(placed(final()), (100, 100, 3))


def test_the_known_values_of_wilson() -> None:
    """Against values computed by hand from the formula (z = 1.959964)."""
    assert wilson(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 10, 0.95) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10, 0.95) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(0, 0, 0.95) == (0.0, 1.0)
    with pytest.raises(ValueError, match="between"):
        wilson(11, 10, 0.95)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    """And stays within 0…1."""
    low, high = wilson(*counts, 0.95)
    assert 0 <= low <= counts[0] / counts[1] + 1e-9
    assert counts[0] / counts[1] - 1e-9 <= high <= 1


class Writing:
    """A sandbox in which nothing runs: it writes what `answer` makes of a request."""

    name, lacks = "writing", ()

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.jobs: list[tuple[Job, dict[str, Any]]] = []

    def start(self, job: Job) -> Any:
        request = json.loads((job.folder / "in" / "request.json").read_text())
        self.jobs.append((job, request))
        (job.folder / "out").mkdir()
        hidden = next((one.source for one in job.mounts if one.name == "hidden"), None)
        names = sorted(path.name for path in hidden.iterdir()) if hidden else None
        code = 0
        for name, value in self.answer(request, names).items():
            code = 0 if name else int(value)
            if name:
                (job.folder / "out" / name).write_text(json.dumps(value))
        end = Exit(status="finished" if code == 0 else "student_error", exit_code=code)
        return SimpleNamespace(wait=lambda _: end, kill=lambda *_: None)

    def tasks(self) -> list[str]:
        return [request["task"] for _, request in self.jobs]


class Answers:
    """Answers like a network that is right about `right` of the hidden images, for each seed."""

    def __init__(self, labels: dict[str, int], right: list[int]) -> None:
        self.labels = labels
        self.right = right

    def __call__(self, request: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
        if request["task"] == "features":
            return {"told.json": {"hidden": names}}
        if request["task"] == "probe":
            return {"probe.json": [[1.0, 2.0]]}
        return {"trained.json": self.trained(self.right.pop(0))}

    def trained(self, right: int) -> dict[str, Any]:
        names = sorted(self.labels)
        good = [label if place < right else 1 - label for place, label in enumerate(
            self.labels[name] for name in names)]  # fmt: skip
        curve = {"loss": [0.5, None], "accuracy": [0.7, 0.8], "val_loss": [1, 1]}
        return {
            "answers": [[0.9 if one else 0.1] for one in good],
            "names": names,
            "curve": {**curve, "val_accuracy": [0.5, 0.5]},
            "parameters": 1,
            "versions": {},
        }


@pytest.fixture
def place(tmp_path: Path) -> SimpleNamespace:
    """Assets and an assignment, as small as they can be."""
    labels = {}
    for label, kind in enumerate(("horses", "humans")):
        (tmp_path / "hidden" / kind).mkdir(parents=True)
        for number in range(HIDDEN):
            data = f"{kind} {number}".encode()
            (tmp_path / "hidden" / kind / f"{number}.png").write_bytes(data)
            labels[hashlib.sha256(data).hexdigest() + ".png"] = label
    (tmp_path / "weights.h5").write_bytes(b"weights")
    arrays = [
        WeightArray(layer=one.id, name="kernel", shape=(2,), dtype="float32", sha256="0" * 64)
        for one in network().layers
        if one.kind == "Conv2D"
    ]
    prints = [one.model_dump(mode="json", exclude={"origin"}) for one in arrays]
    (tmp_path / "fingerprints.json").write_text(json.dumps(prints))
    counts = {"train": {"horses": 1, "humans": 1}}
    record = Assets(kind="stand-in", scale="small", sha256="a" * 64, counts=counts)
    assets: Any = SimpleNamespace(
        base_graph=NETWORK, fingerprints=tmp_path / "fingerprints.json", record=record,
        student=tmp_path, hidden=tmp_path / "hidden", weights=tmp_path / "weights.h5",
        hidden_kind="stand-in", recipe_epochs=2,
    )  # fmt: skip
    recipe = SimpleNamespace(
        classes=("horses", "humans"), input_shape=SHAPE, batch_size=32, seeds=(7, 11, 23),
        preprocessing="inception_v3", threshold=0.9, confidence=0.95, cut="mixed7",
    )  # fmt: skip
    assignment: Any = SimpleNamespace(recipe=recipe, measure_limits=Limits())
    cache = Cache(tmp_path / "cache")
    return SimpleNamespace(
        labels=labels, assets=assets, assignment=assignment, cache=cache, arrays=arrays
    )


def run(place: Any, sandbox: Writing, graph: Graph | None = None, **more: Any) -> Measured:
    graphs = {"final": placed(final()) if graph is None else graph}
    evidence = Evidence(
        assignment="a",
        submission=Submission(id="s", file_name="s", sha256="0", size_bytes=1),
        run=Run(status="finished"),
        assets=place.assets.record,
        **{"graphs": graphs, **more},
    )
    box: Any = sandbox
    return measure(
        evidence, folder=place.assets.student, assignment=place.assignment, assets=place.assets,
        sandbox=box, cache=place.cache,
    )  # fmt: skip


def test_answers_are_scored_against_labels_that_never_left(place: Any) -> None:
    """One training when the interval is clear; the second time nothing is run at all."""
    sandbox = Writing(Answers(place.labels, [40]))
    first = run(place, sandbox)
    assert first.status == "ok", first.message
    assert [(one.seed, one.correct, one.total) for one in first.trainings] == [(7, 40, 40)]
    assert first.interval is not None
    assert first.interval[0] > 0.9
    assert first.trainings[0].curve.accuracy == (0.7,), "only epochs whose loss is a number"
    assert sandbox.tasks() == ["features", "train"]
    again = run(place, sandbox)
    assert (again.key, again.trainings, again.cached) == (first.key, first.trainings, True)
    assert sandbox.tasks() == ["features", "train"]


def test_nothing_in_a_job_tells_a_label(place: Any) -> None:
    """Names, requests and order say nothing; only folders without classes are mounted."""
    sandbox = Writing(Answers(place.labels, [40]))
    run(place, sandbox)
    job, _ = sandbox.jobs[0]
    hidden = next(one.source for one in job.mounts if one.name == "hidden")
    assert sorted(path.name for path in hidden.iterdir()) == sorted(place.labels)
    assert not any("labels" in path.name for path in hidden.rglob("*"))
    assert place.assets.hidden not in [one.source for one in job.mounts]
    assert not [request for _, request in sandbox.jobs if "0.9" in json.dumps(request)]


def test_more_seeds_only_while_the_interval_straddles_the_threshold(place: Any) -> None:
    """36 of 40 may be above or below 0.9; far below it one training is enough."""
    assert len(run(place, Writing(Answers(place.labels, [36, 36, 36]))).trainings) == 3
    other = final(optimizer={"kind": "sgd", "learning_rate": 0.1})
    assert len(run(place, Writing(Answers(place.labels, [20])), placed(other)).trainings) == 1


@pytest.mark.parametrize("row", [[None], [], [None, 1.0]])
def test_an_answer_that_is_no_number_is_wrong(place: Any, row: list[Any]) -> None:
    """A model that diverged gets none right, whichever way NaN compares."""

    class Broken(Answers):
        def trained(self, right: int) -> dict[str, Any]:
            return {**super().trained(right), "answers": [row] * len(self.labels)}

    found = run(place, Writing(Broken(place.labels, [40])))
    assert [one.correct for one in found.trainings] == [0]


def test_several_units_answer_with_the_largest(place: Any) -> None:
    """A softmax of two."""

    class Two(Answers):
        def trained(self, right: int) -> dict[str, Any]:
            told = super().trained(right)
            return {**told, "answers": [[1 - row[0], row[0]] for row in told["answers"]]}

    assert run(place, Writing(Two(place.labels, [40]))).trainings[0].correct == 40


def test_a_job_that_ends_early_is_ours(place: Any) -> None:
    """Tried again later: nothing is kept."""
    found = run(place, Writing(lambda request, names: {"": 1}))
    assert found.status == "failed"
    assert run(place, Writing(Answers(place.labels, [40]))).status == "ok"


@pytest.mark.parametrize("spoiled", [{"names": ["x"]}, {"answers": []}, {"answers": "all right"}])
def test_an_incomplete_answer_is_ours(place: Any, spoiled: dict[str, Any]) -> None:
    """Every hidden image is answered once, or nothing is scored."""

    class Incomplete(Answers):
        def trained(self, right: int) -> dict[str, Any]:
            return {**super().trained(right), **spoiled}

    assert run(place, Writing(Incomplete(place.labels, [40]))).status == "failed"


def test_a_refusal_from_inside_reaches_the_student(place: Any) -> None:
    """Sizes are known only where the layers are built; the answer is kept like any other."""

    def refuse(request: dict[str, Any], names: Any) -> dict[str, Any]:
        if request["task"] == "features":
            return {"told.json": {}}
        return {"refused.json": {"why": "too_large", "layer": 1}}

    sandbox = Writing(refuse)
    for _ in range(2):
        found = run(place, sandbox)
        assert found.status == "not_measurable"
        assert "`Dense`" in found.message
    assert sandbox.tasks() == ["features", "train"]


def test_without_a_final_model_there_is_nothing_to_measure(place: Any) -> None:
    """A value, and no sandbox is started."""
    sandbox = Writing(Answers(place.labels, []))
    assert run(place, sandbox, graphs={}).status == "not_measurable"
    assert sandbox.jobs == []


def test_a_network_with_other_numbers_is_measured_with_them(place: Any) -> None:
    """Its own arrays go in as data, and its features are not kept for anybody."""
    arrays = tuple(one.model_copy(update={"origin": "different"}) for one in place.arrays)
    sandbox = Writing(Answers(place.labels, [20]))
    graphs = {"final": placed(final()), "base": network_placed()}
    assert run(place, sandbox, graphs=graphs, weights={"base": arrays}).status == "ok"
    (job, request) = sandbox.jobs[0]
    assert sandbox.tasks() == ["train"]
    assert next(one.source for one in job.mounts if one.name == "arrays").name == "weights_base.bin"
    places = request["network"]["arrays"]
    assert {one["layer"] for one in places} <= {one.id for one in network().layers}
    assert "conv2d_93" not in {one["layer"] for one in places}, "nothing above the cut"
    assert all(one["nbytes"] == 8 and one["offset"] % 8 == 0 for one in places)


def network_placed() -> Graph:
    return placed(final("mixed10", head=[]))


def test_arrays_that_are_missing_make_it_not_measurable(place: Any) -> None:
    """A part of the network that was not exported cannot be guessed."""
    arrays = tuple(one.model_copy(update={"origin": "different"}) for one in place.arrays[:3])
    graphs = {"final": placed(final()), "base": network_placed()}
    found = run(place, Writing(Answers(place.labels, [])), graphs=graphs, weights={"base": arrays})
    assert found.status == "not_measurable"


def test_the_probe_is_answered_by_the_pretrained_network(place: Any) -> None:
    """Once for each seed; not for a network that is known to be another one."""
    graphs = {"final": placed(final()), "cut": placed(final())}
    asked = {"probe": {"seed": 3, "images": 2}}
    sandbox = Writing(Answers(place.labels, [40]))
    for _ in range(2):
        assert run(place, sandbox, graphs=graphs, asked=asked).probe == [[1.0, 2.0]]
    assert sandbox.tasks().count("probe") == 1
    other = tuple(one.model_copy(update={"origin": "different"}) for one in place.arrays)
    graphs["base"] = network_placed()
    found = run(
        place, Writing(Answers(place.labels, [40])), graphs=graphs, asked=asked,
        weights={"base": other},
    )  # fmt: skip
    assert found.probe is None
