"""`[recipe]`: what it says fits its strategy and the data, or is named with file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomlkit
from own_data import ARRAYS, IMAGES, MADE, write_assignment

from grader.assignment import Assignment, load_assignment
from grader.records import AssignmentError

STAND_IN: dict[str, Any] = {"stand_in": MADE["stand_in"]}
NETWORK = {"import": "keras.applications.VGG16", "input_shape": [32, 32, 3], "weights": "w.h5"}
TRANSFERRED = IMAGES | STAND_IN | {"network": NETWORK}
WHOLE = {"strategy": "whole", "input_shape": [8, 8], "threshold": 0.9}
TRANSFER = {"strategy": "transfer", "input_shape": [32, 32, 3], "threshold": 0.9, "cut": "pool"}
MEASURED = {
    "id": "accuracy", "title": "Accuracy", "points": 1, "check": "accuracy_at_least",
    "with": {"threshold": 0.9},
}  # fmt: skip


def loaded(folder: Path, recipe: dict[str, Any] | None, data: dict[str, Any]) -> Assignment:
    """An assignment with a criterion about accuracy, this recipe and these data."""
    made = write_assignment(folder, data)
    toml = made / "assignment.toml"
    tables = tomlkit.parse(toml.read_text()).unwrap()
    tables["criteria"].append(MEASURED)
    tables.pop("recipe", None)
    toml.write_text(tomlkit.dumps(tables | ({} if recipe is None else {"recipe": recipe})))
    return load_assignment(made)


def test_recipes_have_usual_values(tmp_path: Path) -> None:
    """One names a strategy, a shape and a threshold."""
    recipe = loaded(tmp_path, WHOLE, ARRAYS | STAND_IN).recipe
    assert recipe is not None
    assert (recipe.scale, recipe.offset, recipe.epochs, recipe.enough) == (1.0, 0.0, None, None)
    assert (recipe.batch_size, recipe.seeds, recipe.confidence) == (32, (7,), 0.95)


@pytest.mark.parametrize(
    ("recipe", "data"),
    [(TRANSFER, TRANSFERRED), (WHOLE, IMAGES | STAND_IN), (WHOLE, ARRAYS | STAND_IN),
     ({**WHOLE, "strategy": "as_trained", "input_shape": [12]}, ARRAYS | STAND_IN)],
    ids=["transfer", "grey images", "arrays", "sequences"],
)  # fmt: skip
def test_strategies_with_data_that_they_fit(
    tmp_path: Path, recipe: dict[str, Any], data: dict[str, Any]
) -> None:
    """Of images and of arrays."""
    assert loaded(tmp_path, recipe, data).recipe is not None


@pytest.mark.parametrize(
    ("recipe", "data", "words"),
    [
        (
            {**WHOLE, "standardise": True},
            IMAGES | STAND_IN,
            r"recipe\.standardise: is about arrays",
        ),
        ({**WHOLE, "standardise": True, "scale": 0.1}, ARRAYS | STAND_IN, "takes the place"),
    ],
    ids=["images", "a scale beside it"],
)
def test_only_arrays_are_standardised(
    tmp_path: Path, recipe: dict[str, Any], data: dict[str, Any], words: str
) -> None:
    """In place of one scale for all columns."""
    with pytest.raises(AssignmentError, match=words):
        loaded(tmp_path, recipe, data)


def test_a_threshold_that_no_criterion_asks_for_is_refused(tmp_path: Path) -> None:
    """Whether a result is close enough to be trained again is decided at the recipe's."""
    with pytest.raises(
        AssignmentError, match=r"recipe\.threshold: 0\.8, and accuracy asks for 0\.9"
    ):
        loaded(tmp_path, {**WHOLE, "threshold": 0.8}, ARRAYS | STAND_IN)


def test_an_accuracy_without_a_recipe_is_refused(tmp_path: Path) -> None:
    """With file, key and check: it would hold every student's grade."""
    with pytest.raises(AssignmentError, match=r"assignment\.toml: criteria\[1\] \(accuracy\)\.che"):
        loaded(tmp_path, None, ARRAYS | STAND_IN)


def without(data: dict[str, Any], split: str) -> dict[str, Any]:
    return {**data, "splits": {k: v for k, v in data["splits"].items() if k != split}}


MISTAKES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no strategy": ({"input_shape": [8], "threshold": 0.9}, ARRAYS, "recipe.strategy: Field req"),
    "no such strategy": ({**WHOLE, "strategy": "some"}, ARRAYS, "recipe.strategy: Input should"),
    "of an earlier version": ({**WHOLE, "preprocessing": "unit"}, ARRAYS, "two numbers now"),
    "a rank of four": ({**WHOLE, "input_shape": [1, 2, 3, 4]}, ARRAYS, "recipe.input_shape"),
    "scaled to nothing": ({**WHOLE, "scale": 0}, ARRAYS, "recipe: Value error, scale = 0"),
    "transfer without a cut": (
        {k: v for k, v in TRANSFER.items() if k != "cut"}, TRANSFERRED, "needs `cut`"),
    "a cut of nothing": ({**WHOLE, "cut": "pool"}, ARRAYS, "`cut` belongs to"),
    "no network": (TRANSFER, IMAGES, "recipe.strategy: \"transfer\" is about a pretrained"),
    "another shape": (
        {**TRANSFER, "input_shape": [64, 64, 3]}, TRANSFERRED, "recipe.input_shape: [64, 64, 3],"),
    "images with four channels": (
        {**WHOLE, "input_shape": [8, 8, 4]}, IMAGES, "recipe.input_shape: images are"),
    "nothing hidden": (WHOLE, without(ARRAYS, "hidden"), "data.toml has no splits.hidden"),
    "nothing to train on": (WHOLE, without(ARRAYS, "train"), "data.toml has no splits.train"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_named(tmp_path: Path, name: str) -> None:
    """Before anything runs."""
    recipe, data, words = MISTAKES[name]
    with pytest.raises(AssignmentError) as raised:
        loaded(tmp_path, recipe, data | STAND_IN)
    assert "assignment.toml" in str(raised.value)
    assert words in str(raised.value)
