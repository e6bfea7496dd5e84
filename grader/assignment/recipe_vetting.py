"""What the types cannot say: that recipe and criteria fit the data, and checks the recipe."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.assignment.data_tables import DataTable
from grader.assignment.data_vetting import DATA
from grader.assignment.tables import Contents, Recipe

TRAIN = "train"
GREY, COLOUR = 1, 3


def recipe_mistakes(
    contents: Contents, data: DataTable, checks: Mapping[str, Callable[..., Any]]
) -> Iterator[str]:
    """Each with its key in `assignment.toml`."""
    recipe = contents.recipe
    yield from _without(contents, checks) if recipe is None else _with(recipe, data)
    yield from _classes(contents, data)


def _without(contents: Contents, checks: Mapping[str, Callable[..., Any]]) -> Iterator[str]:
    for index, criterion in enumerate(contents.criteria):
        if getattr(checks.get(criterion.check), "needs_recipe", False):
            yield (
                f"criteria[{index}] ({criterion.id}).check: {criterion.check} asks for what is "
                "measured, and there is no [recipe]"
            )


def _with(recipe: Recipe, data: DataTable) -> Iterator[str]:
    if data.hidden is None:
        yield f"recipe: nothing can be measured, {DATA} has no splits.hidden"
    elif data.hidden.images and not _is_image(recipe.input_shape):
        yield "recipe.input_shape: images are height, width and 1 or 3 channels"
    if recipe.strategy != "as_trained" and TRAIN not in data.shown:
        yield f"recipe.strategy: nothing to train on, {DATA} has no splits.{TRAIN}"
    if recipe.strategy == "transfer":
        if data.network is None:
            yield f'recipe.strategy: "transfer" is about a pretrained network, {DATA} has none'
        elif data.network.input_shape != recipe.input_shape:
            yield (
                f"recipe.input_shape: {list(recipe.input_shape)}, but network.input_shape of "
                f"{DATA} is {list(data.network.input_shape)}"
            )


def _classes(contents: Contents, data: DataTable) -> Iterator[str]:
    """Checks that are told a number of classes have to be told that of the data."""
    for index, criterion in enumerate(contents.criteria):
        told = criterion.arguments.get("classes")
        if type(told) is int and data.classes and told != len(data.classes):
            key = f"criteria[{index}] ({criterion.id}).with.classes"
            yield f"{key}: {told}, but the data have {len(data.classes)} classes"


def _is_image(shape: tuple[int, ...]) -> bool:
    height_and_width = 2
    return len(shape) == height_and_width or shape[height_and_width:] in ((GREY,), (COLOUR,))
