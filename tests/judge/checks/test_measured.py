"""What a measured accuracy is worth."""

from __future__ import annotations

import pytest
from checks_samples import finding
from evidence_samples import evidence, final, measured, with_graph

from grader.records import Relabelled


@pytest.mark.parametrize(
    ("correct", "total", "half", "expected"),
    [(252, 256, 0.02, 1), (231, 256, 0.04, 1), (225, 256, 0.04, 0.75), (225, 256, 0.01, 0.5),
     (185, 256, 0.04, 0.25), (160, 256, 0.06, 0), (128, 256, 0.06, 0), (0, 0, 0, 0)],
)  # fmt: skip
def test_accuracy_pays_in_steps(correct: int, total: int, half: float, expected: float) -> None:
    """Full at the threshold, most when the interval reaches it, then steps; chance earns none."""
    told = measured(correct, total, half) if total else measured(0, 1, status="not_measurable")
    assert finding("accuracy", evidence(measured=told)).share == expected


@pytest.mark.parametrize(("classes", "guessed"), [(2, True), (3, False)])
def test_what_is_guessed_depends_on_the_classes(classes: int, guessed: bool) -> None:
    """53 of 100 is nothing with two, and something with three."""
    told = finding("accuracy", evidence(measured=measured(53, 100, 0.05, classes=classes)))
    assert told.share == 0
    assert ("guessing" in told.message) is guessed


def test_what_cannot_learn_is_told_why() -> None:
    """Where only guessing is left: nothing is trainable, or the steps are none."""
    guessed = measured(50, 100, 0.05)
    frozen = final()
    layers = tuple(layer.model_copy(update={"trainable_parameters": 0}) for layer in frozen.layers)
    still = with_graph("final", frozen.model_copy(update={"layers": layers}))
    told = finding("accuracy", still.model_copy(update={"measured": guessed}))
    assert "`trainable`" in told.hint
    optimizer = frozen.optimizer.model_copy(update={"learning_rate": 1e-9})
    slow = with_graph("final", frozen.model_copy(update={"optimizer": optimizer}))
    told = finding("accuracy", slow.model_copy(update={"measured": guessed}))
    assert "1e-09" in told.hint
    assert not finding("accuracy", evidence(measured=guessed)).hint


def test_what_we_cannot_rebuild_is_no_failure() -> None:
    """The check raises: the judge holds what a person has to look at."""
    told = measured(0, 1, status="not_rebuilt", message="The model has a layer `Mine`.")
    with pytest.raises(RuntimeError):
        finding("accuracy", evidence(measured=told))


def test_chance_is_one_in_as_many_as_there_are_classes() -> None:
    """30 of 100 is much for one of ten classes, so it is doubted where the notebook trained it."""
    trained = measured(30, 100, mode="notebook", classes=10, examples="examples")
    with pytest.raises(RuntimeError, match="swapped"):
        finding("accuracy", evidence(measured=trained))
    two = trained.model_copy(update={"classes": 2})
    assert finding("accuracy", evidence(measured=two)).share == 0
    after = Relabelled(status="ok", correct=20, total=100, interval=(0.13, 0.29))
    doubted = trained.model_copy(update={"relabelled": after})
    assert "the labels swapped" in finding("accuracy", evidence(measured=doubted)).message
    followed = after.model_copy(update={"interval": (0.02, 0.15)})
    told = finding(
        "accuracy", evidence(measured=trained.model_copy(update={"relabelled": followed}))
    )
    assert "examples" in told.message
    assert "hidden examples" in told.expected
