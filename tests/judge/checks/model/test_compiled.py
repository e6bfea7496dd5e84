"""What a model was compiled with, in whichever spelling."""

from __future__ import annotations

from typing import Any

import pytest
from evidence_samples import final, with_graph

from grader.judge.checks import loss_is, metric_is, optimizer_is
from grader.records import Answer, CellRun, Evidence, Loss, Optimizer, Run


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


@pytest.mark.parametrize(
    ("error", "words", "cause"),
    [
        ("", "The model is not compiled when the notebook has run.", "not compiled"),
        ("RuntimeError: You must call `compile()` first", "The model is not", "not compiled"),
        ("ValueError: no such shape", "Cell 7 stopped with ValueError: no such shape", "cell 6"),
    ],
)
def test_a_cell_that_stopped_may_have_taken_compile_with_it(
    error: str, words: str, cause: str
) -> None:
    """Flat code is told the cell, and nothing of a function that it has not."""
    bare = compiled(compiled=False)
    left = Answer(status="ok", value={"is_model": True, "kind": "Functional", "object": "model"})
    cell = CellRun(index=6, status="error" if error else "ok", error=error)
    flat = bare.model_copy(
        update={
            "answers": {**bare.answers, "create_final_model": left},
            "run": Run(status="finished", tier="bubblewrap", cells=(cell,)),
        }
    )
    found = loss_is(flat, function="create_final_model", expected="binary_crossentropy")
    assert words in found.message and "returned" not in found.message
    assert found.cause and found.cause.id == cause


@pytest.mark.parametrize(
    ("loss", "metrics", "share"),
    [
        ("sparse_categorical_crossentropy", ("sparse_categorical_accuracy",), 1),
        ("categorical_crossentropy", ("categorical_accuracy",), 1),
        ("sparse_categorical_crossentropy", ("categorical_accuracy",), 0),
        ("binary_crossentropy", ("categorical_accuracy",), 0),
    ],
)
def test_the_long_name_of_accuracy_counts_where_it_fits_the_labels(
    loss: str, metrics: tuple[str, ...], share: float
) -> None:
    """With labels of the other kind it would measure something else."""
    seen = compiled(loss=Loss(kind=loss), metrics=metrics)
    found = metric_is(seen, function="create_final_model", expected=["accuracy"])
    assert found.share == share


def test_one_of_several_losses_is_enough() -> None:
    """The words fit what was asked for, not two classes."""
    asked = ["sparse_categorical_crossentropy", "categorical_crossentropy"]
    for kind in asked:
        seen = compiled(loss=Loss(kind=kind))
        assert loss_is(seen, function="create_final_model", expected=asked).share == 1
    wrong = loss_is(compiled(), function="create_final_model", expected=asked)
    assert wrong.share == 0 and "one answer for each class" in wrong.message
    assert wrong.expected == "sparse categorical crossentropy or categorical crossentropy"
    other = loss_is(compiled(), function="create_final_model", expected="huber")
    assert other.message == "The loss does not fit what is asked for."


@pytest.mark.parametrize(
    ("kind", "rate", "asked", "share"),
    [
        ("adam", 1e-3, {"kinds": ["adam", "rmsprop"]}, 1),
        ("adam", 9.999999747378752e-05, {"kinds": ["adam"], "rate": (1e-4, 1e-4)}, 1),
        ("adam", 5e-4, {"rate": (1e-4, 1e-3)}, 1),
        ("sgd", 5e-4, {"kinds": ["adam"], "rate": (1e-4, 1e-3)}, 0.5),
        ("sgd", 0.1, {"kinds": ["adam"], "rate": (1e-4, 1e-3)}, 0),
        ("sgd", 0.1, {"kinds": ["adam"]}, 0),
        ("adam", 0.1, {"kinds": ["adam"], "rate": (1e-4, 1e-3)}, 0.5),
        ("adam", 0.1, {"rate": (1e-4, 1e-3)}, 0),
        ("adam", None, {"kinds": ["adam"], "rate": (1e-4, 1e-3)}, 0.5),
        ("adam", None, {"kinds": ["adam"]}, 1),
        ("unknown", 1e-3, {"kinds": ["adam"]}, 0),
        ("", None, {"kinds": ["adam"]}, 0),
    ],
)
def test_the_optimizer_and_its_rate(
    kind: str, rate: float | None, asked: dict[str, Any], share: float
) -> None:
    """Either of the two may be asked for; a rate of single precision is the one that was meant."""
    seen = compiled(optimizer=Optimizer(kind=kind, learning_rate=rate))
    found = optimizer_is(seen, function="create_final_model", **asked)
    assert found.share == share


def test_what_the_optimizer_is_stands_beside_what_it_should_be() -> None:
    """Both in one form."""
    seen = compiled(optimizer=Optimizer(kind="sgd", learning_rate=0.1))
    found = optimizer_is(
        seen, function="create_final_model", kinds=["adam", "rmsprop"], rate=(1e-5, 1e-4)
    )
    assert found.seen == "sgd with a learning rate of 0.1"
    assert found.expected == "adam or rmsprop with a learning rate of 1e-05 to 0.0001"
    bare = compiled(compiled=False)
    words = "The model is returned without being compiled."
    assert optimizer_is(bare, function="create_final_model", kinds=["adam"]).message == words
