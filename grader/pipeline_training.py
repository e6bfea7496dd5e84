"""Whose training counts, where the notebook's own is wanted but is not there to be run."""

from __future__ import annotations

import ast
import dataclasses

from grader.intake import Notebook
from grader.intake_plain import parse_cell
from grader.pipeline_setting import Setting
from grader.records import Submission

TRAINING = {"fit", "fit_generator", "train_on_batch"}
"""Methods of a Keras model, of both editions."""
NOTE = (
    "The notebook trains its model only behind `# grade-up-to-here`, where nothing is run: "
    "the model is trained by the assignment's recipe instead."
)


def trained_as(
    submission: Submission, notebook: Notebook | None, setting: Setting
) -> tuple[Submission, Setting]:
    """Both for this notebook: a mark that the course allows must not cost the points for accuracy.

    A training that is not recognised, or comes before the mark as well, leaves all as it is.
    """
    if setting.training != "notebook" or notebook is None or not _trains_behind(notebook):
        return submission, setting
    noted = submission.model_copy(update={"notes": (*submission.notes, NOTE)})
    return noted, dataclasses.replace(setting, training="recipe")


def _trains_behind(notebook: Notebook) -> bool:
    """Only behind the mark."""
    trains = [(cell.graded, _trains(cell.source)) for cell in notebook.cells if cell.kind == "code"]
    return (False, True) in trains and (True, True) not in trains


def _trains(source: str) -> bool:
    tree = parse_cell(source)
    return tree is not None and any(
        isinstance(node, ast.Attribute) and node.attr in TRAINING for node in ast.walk(tree)
    )
