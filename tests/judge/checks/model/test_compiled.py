"""What a model was compiled with, in whichever spelling."""

from __future__ import annotations

import pytest
from evidence_samples import final, with_graph

from grader.judge.checks import loss_is, metric_is
from grader.records import Evidence, Loss


def compiled(**more: object) -> Evidence:
    """The right submission, its final model compiled otherwise."""
    return with_graph("final", final().model_copy(update=more))


@pytest.mark.parametrize(
    ("loss", "share", "words"),
    [
        ("binary_crossentropy", 1, "The loss is binary crossentropy."),
        ("mean_squared_error", 0, "The loss does not fit two classes"),
        ("unknown", 0, "No known loss was found"),
        ("", 0, "No known loss was found"),
    ],
)
def test_the_loss_is_known_by_its_normal_form(loss: str, share: float, words: str) -> None:
    """Another loss is said with its name, one that nobody can see as such."""
    found = loss_is(
        compiled(loss=Loss(kind=loss)),
        function="create_final_model",
        expected="binary_crossentropy",
    )
    assert found.share == share
    assert words in found.message


@pytest.mark.parametrize(
    ("metrics", "share"),
    [(("accuracy",), 1), (("auc", "binary_accuracy"), 1), (("auc",), 0), ((), 0)],
)
def test_one_of_the_metrics_is_enough(metrics: tuple[str, ...], share: float) -> None:
    """The first that was asked for is the one that is named."""
    found = metric_is(
        compiled(metrics=metrics),
        function="create_final_model",
        expected=["accuracy", "binary_accuracy"],
    )
    assert found.share == share
    assert share or found.message == "Training would not report the accuracy."


def test_a_model_that_is_not_compiled_has_neither() -> None:
    """Said as such, not as a wrong loss."""
    words = "The model is returned without being compiled."
    bare = compiled(compiled=False)
    assert loss_is(bare, function="create_final_model", expected="x").message == words
    assert metric_is(bare, function="create_final_model", expected=["x"]).message == words
