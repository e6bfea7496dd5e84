"""Measuring without TensorFlow: what is planned, refused and scored; a sandbox that only writes."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graph_samples import final, network, placed
from hypothesis import given, strategies as st
from measure_samples import Answers, Writing, a_place, run

from grader.measure.accuracy import wilson
from grader.records import Graph


@pytest.fixture
def place(tmp_path: Path) -> SimpleNamespace:
    """Assets and an assignment, as small as they can be."""
    return a_place(tmp_path)


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
    told = json.dumps([request for _, request in sandbox.jobs])
    assert "train" in told
    assert not [word for word in ("threshold", "labels", "hidden/") if word in told]


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
    assert run(place, Writing(Answers(place.labels, [40]))).status == "ok", "nothing was kept"


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


def test_features_of_its_own_are_computed_once_when_more_trainings_have_to_tell(place: Any) -> None:
    """The first training has them anyhow; nearly always it is the only one."""
    arrays = tuple(one.model_copy(update={"origin": "different"}) for one in place.arrays)
    sandbox = Writing(Answers(place.labels, [36, 36, 36]))
    graphs = {"final": placed(final()), "base": network_placed()}
    assert len(run(place, sandbox, graphs=graphs, weights={"base": arrays}).trainings) == 3
    assert sandbox.tasks() == ["train", "features", "train", "train"]
    mounts = [{one.name for one in job.mounts} for job, _ in sandbox.jobs]
    assert mounts[0] == mounts[1] == {"data", "hidden", "arrays"}
    assert mounts[2] == mounts[3] == {"features"}


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
