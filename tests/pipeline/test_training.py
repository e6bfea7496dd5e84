"""Where the notebook's own training is wanted, but stands where nothing is run."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from grader.assignment import Recipe
from grader.intake.read import Cell, Notebook
from grader.pipeline.training import NOTE, trained_as
from grader.records import Submission

FIT = "history = model.fit(images, epochs=2)"
SUBMISSION = Submission(id="one", file_name="one.ipynb", sha256="0" * 64, size_bytes=1)


@dataclasses.dataclass(frozen=True)
class Rubric:
    """As much of an assignment as is looked at here."""

    recipe: Recipe | None = None

    def really_trained(self) -> Rubric:
        return self


@dataclasses.dataclass(frozen=True)
class Wanted:
    """As much of a setting as is looked at here."""

    training: str
    assignment: Rubric = Rubric()


def by(training: str, *cells: tuple[str, bool]) -> tuple[Submission, Any]:
    """What becomes of a notebook with these cells: (source, whether it stands before the mark)."""
    found = tuple(
        Cell(index=place, kind="code", source=source, graded=graded)
        for place, (source, graded) in enumerate(cells)
    )
    setting: Any = Wanted(training)
    return trained_as(SUBMISSION, Notebook(cells=found, stop="stop"), setting)


@pytest.mark.parametrize(
    "behind",
    [FIT, "%matplotlib inline\nmodel.fit_generator(flow)", "raise RuntimeError", "model.fit("],
)
def test_training_behind_the_mark_is_done_by_the_recipe(behind: str) -> None:
    submission, setting = by("notebook", ("model = build()", True), (behind, False))
    assert setting == Wanted("recipe")
    assert submission.notes == (NOTE.format(stop="stop"),)


@pytest.mark.parametrize(
    "cells",
    [
        [(FIT, True)],
        [(FIT, True), (FIT, False)],
        [("model = build()", True)],
        [("for x, y in d: m.train_on_batch(x, y)", True), ("pass", False)],
        [("with tf.GradientTape() as tape: loss(m(x), y)", True), ("pass", False)],
    ],
    ids=["before", "both", "no training", "step by step", "by hand"],
)
def test_else_the_notebook_trains(cells: Any) -> None:
    assert by("notebook", *cells) == (SUBMISSION, Wanted("notebook"))


@pytest.mark.parametrize("training", ["recipe", "relabelled"])
def test_other_ways_stay(training: str) -> None:
    assert by(training, ("pass", True), (FIT, False)) == (SUBMISSION, Wanted(training))


@pytest.mark.parametrize("training", ["recipe", "notebook"])
def test_where_trained_numbers_are_measured_the_notebook_trains(training: str) -> None:
    """Also behind a mark: there is nothing else that could be measured."""
    rubric = Rubric(Recipe(strategy="as_trained", input_shape=(8, 8), threshold=0.9))
    setting: Any = Wanted(training, rubric)
    cells = (Cell(index=0, kind="code", source=FIT, graded=False),)
    assert trained_as(SUBMISSION, Notebook(cells=cells), setting) == (
        SUBMISSION,
        Wanted("notebook", rubric),
    )


def test_no_notebook_nothing_to_look_at() -> None:
    setting: Any = Wanted("notebook")
    assert trained_as(SUBMISSION, None, setting) == (SUBMISSION, setting)
