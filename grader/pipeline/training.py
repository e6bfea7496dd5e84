"""Whose training counts, where the notebook's own is wanted but is not there to be run."""

import ast
import dataclasses

from grader.intake import Notebook, parse_cell
from grader.records import Submission
from grader.run import Setting

TRAINING = {"fit", "fit_generator", "train_on_batch", "GradientTape"}
"""Methods of a Keras model, of both editions, and what a training loop written by hand needs."""
NOTE = (
    "The notebook trains no model before `# {stop}`, behind which nothing is run: "
    "the model is trained by the assignment's recipe instead."
)


def trained_as(
    submission: Submission, notebook: Notebook | None, setting: Setting
) -> tuple[Submission, Setting]:
    """Both for this notebook: a mark that the course allows must not cost the points for accuracy.
    Where a cell before the mark trains, or there is no mark, all is left as it is. Where the recipe
    measures what was trained, the notebook's own training really runs, whatever was asked for."""
    recipe = setting.assignment.recipe
    if recipe is not None and recipe.strategy == "as_trained":
        assignment = setting.assignment.really_trained()
        return submission, dataclasses.replace(setting, assignment=assignment, training="notebook")
    if setting.training != "notebook" or notebook is None or not _ends_before_training(notebook):
        return submission, setting
    noted = submission.model_copy(
        update={"notes": (*submission.notes, NOTE.format(stop=notebook.stop))}
    )
    return noted, dataclasses.replace(setting, training="recipe")


def _ends_before_training(notebook: Notebook) -> bool:
    """There are cells behind the mark, and none before it trains."""
    left_out = any(cell.kind == "code" and not cell.graded for cell in notebook.cells)
    return left_out and not any(_trains(cell.source) for cell in notebook.code)


def _trains(source: str) -> bool:
    tree = parse_cell(source)
    return tree is not None and any(
        isinstance(node, ast.Attribute) and node.attr in TRAINING for node in ast.walk(tree)
    )
