"""The notebook's own training: measured without TensorFlow, and doubted where it has to be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graph_samples import final, placed
from measure_samples import Answers, Writing, a_place, run
from samples import evidence

from grader.assignment import load_assignment
from grader.evidence.graph import head
from grader.judge.checks import accuracy_at_least
from grader.pipeline import relabelled as pipeline_relabelled
from grader.pipeline.relabelled import confirmed, swapped
from grader.records import Measured, Relabelled, Run, Training, WeightArray
from grader.records.cache import Cache


@pytest.fixture
def place(tmp_path: Path) -> SimpleNamespace:
    """Assets and an assignment, as small as they can be."""
    return a_place(tmp_path)


def of_head(dtype: str = "float32", missing: int = 0) -> tuple[WeightArray, ...]:
    """One array for each layer of the final model's head that learns."""
    learning = [layer for layer in head(placed(final())) if layer.parameters]
    return tuple(
        WeightArray(layer=one.id, name="kernel", shape=(one.parameters,), dtype=dtype,
                    sha256=f"{number}" * 64)
        for number, one in enumerate(learning[missing:], start=1)
    )  # fmt: skip


def own(place: Any, box: Writing, arrays: tuple[WeightArray, ...], **more: Any) -> Measured:
    base = tuple(one.model_copy(update={"origin": "pretrained"}) for one in place.arrays)
    told = {"graphs": {"trained": placed(final())}, "weights": {"trained": (*base, *arrays)}}
    return run(place, box, training="notebook", **(told | more))


def test_nothing_is_trained_and_the_heads_numbers_go_in(place: Any) -> None:
    """0 epochs, the exported arrays by their places, one scoring; features shared with others."""
    box = Writing(Answers(place.labels, [39]))
    measured = own(place, box, of_head())
    assert measured.status == "ok", measured.message
    assert (measured.mode, measured.epochs) == ("notebook", 0)
    assert [one.correct for one in measured.trainings] == [39]
    assert box.tasks() == ["features", "train"]
    job, request = box.jobs[-1]
    assert request["recipe"]["epochs"] == 0
    offset = sum(4 * 2 for _ in place.arrays)
    assert request["arrays"][0]["offset"] == offset
    assert [one.name for one in job.mounts] == ["features", "own"]


def test_other_numbers_are_another_measuring(place: Any) -> None:
    """Equal ones are found again."""
    box = Writing(Answers(place.labels, [39, 20]))
    arrays = of_head()
    own(place, box, arrays)
    own(place, box, arrays)
    other = (arrays[0].model_copy(update={"sha256": "f" * 64}), *arrays[1:])
    assert own(place, box, other).trainings[0].correct == 20
    assert box.tasks() == ["features", "train", "train"]


@pytest.mark.parametrize(
    ("arrays", "more", "word"),
    [
        (of_head(missing=1), {}, "completely"),
        (of_head(dtype="int64"), {}, "completely"),
        (of_head(), {"graphs": {}}, "no trained model"),
        (of_head(), {"weights": {}}, "no trained model"),
    ],
)
def test_what_was_not_exported_is_not_measured(
    place: Any, arrays: tuple[WeightArray, ...], more: dict[str, Any], word: str
) -> None:
    """The student reads why."""
    measured = own(place, Writing(None), arrays, **more)
    assert measured.status == "not_measurable"
    assert word in measured.message


def told(relabelled: Relabelled | None, correct: int = 95) -> Measured:
    return Measured(
        status="ok",
        mode="notebook",
        trainings=(Training(seed=7, correct=correct, total=100),),
        interval=((correct - 5) / 100, 0.6 if correct < 90 else 0.99),
        relabelled=relabelled,
    )


def after(correct: int, low: float) -> Relabelled:
    return Relabelled(status="ok", correct=correct, total=100, interval=(low, 1.0))


@pytest.mark.parametrize(
    ("second", "share", "word"),
    [
        (after(5, 0.02), 1.0, "never seen"),
        (after(55, 0.45), 1.0, "never seen"),
        (after(94, 0.88), 0.0, "do not come from training"),
        (Relabelled(status="not_measurable", message="Gone."), 0.0, "Gone."),
    ],
    ids=["follows", "too slow to tell", "brought along", "hides"],
)
def test_weights_have_to_follow_the_labels(second: Relabelled, share: float, word: str) -> None:
    """Doubt that proves nothing costs nothing."""
    found = accuracy_at_least(evidence(measured=told(second)), threshold=0.9)
    assert found.share == share
    assert word in found.message


def test_without_the_second_run_nothing_is_paid() -> None:
    """It is our business to make it: the grade is held. A model that guesses needs none."""
    with pytest.raises(RuntimeError):
        accuracy_at_least(evidence(measured=told(None)), threshold=0.9)
    assert accuracy_at_least(evidence(measured=told(None, correct=50)), threshold=0.9).share == 0


def test_class_folders_are_swapped_and_the_rest_stays(tmp_path: Path) -> None:
    """In every split; the weights file is where it was."""
    student = tmp_path / "student"
    for name in ("train/horses/a.png", "train/humans/b.png", "validation/humans/c.png", "model/w"):
        (student / name).parent.mkdir(parents=True, exist_ok=True)
        (student / name).write_text(name)
    store: Any = SimpleNamespace(student=student, record=SimpleNamespace(sha256="0"))
    chosen: Any = SimpleNamespace(data=load_assignment("horses-vs-humans").data)
    setting = SimpleNamespace(assets=store, assignment=chosen, cache=Cache(tmp_path / "cache"))
    work: Any = SimpleNamespace(setting=setting)
    made = swapped(work)
    seen = {str(one.relative_to(made)) for one in made.rglob("*") if one.is_file()}
    assert seen - {"key.json"} == {
        "train/humans/a.png", "train/horses/b.png", "validation/horses/c.png", "model/w",
    }  # fmt: skip


@pytest.mark.parametrize("party", ["ours", "student"])
def test_a_fault_of_ours_in_the_second_run_holds_the_grade(
    party: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that ends it by itself is only not confirmed."""
    end = Run(status="died", party=party, message="said")
    ended = Measured(status="not_measurable", message="Nothing is left.", mode="notebook")
    monkeypatch.setattr(pipeline_relabelled, "swapped", lambda *_: tmp_path)
    monkeypatch.setattr(pipeline_relabelled, "replace", lambda record, **_: record)
    monkeypatch.setattr(pipeline_relabelled, "run_notebook", lambda *_: end)
    monkeypatch.setattr(pipeline_relabelled, "collected", lambda *_, **__: None)
    monkeypatch.setattr(pipeline_relabelled, "measured", lambda *_, **__: ended)
    work: Any = SimpleNamespace(folder=tmp_path, setting=SimpleNamespace(assets=None))
    found = confirmed(told(None), work, lambda _: None)
    if party == "ours":
        assert (found.status, found.message) == ("failed", "said")
    else:
        assert found.relabelled == Relabelled(status="not_measurable", message="Nothing is left.")
    assert not (tmp_path / "relabelled").exists()
