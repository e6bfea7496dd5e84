"""What each platform takes, written from its format and not from ours: a second opinion.

Each validator is `problems(files) -> list[str]`: names and contents of what would be handed over
→ what is wrong with it, [] when nothing is.
"""

from __future__ import annotations

from collections.abc import Callable

from validators import (
    canvas,
    canvas_rest,
    coursera,
    github,
    gradescope,
    lti,
    moodle,
    nbgrader,
    plain,
    prairielearn,
)
from validators.shape import Files

VALIDATORS: dict[str, Callable[[Files], list[str]]] = {
    "plain": plain.problems,
    "gradescope": gradescope.problems,
    "coursera": coursera.problems,
    "prairielearn": prairielearn.problems,
    "github": github.problems,
    "canvas": canvas.problems,
    "canvas-rest": canvas_rest.problems,
    "moodle": moodle.problems,
    "lti": lti.problems,
    "nbgrader": nbgrader.problems,
}

__all__ = ["VALIDATORS", "Files"]
