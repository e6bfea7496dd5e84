"""What commands have in common: options, how they end, and which assignment is meant."""

from __future__ import annotations  # a name of a room would load it

import importlib.util
import re
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader import assignment
from grader.records import GraderError, with_extra

ALL_WELL, SOME_NOT, INTERRUPTED = 0, 1, 130
"""Exit statuses. Others come with the error: 2 usage, assignment or platform, 3 no sandbox."""
NEEDED_JUPYTER = 8
LINE_S = 15.0
"""So often a line says how far long work is, where there is no terminal to draw a bar on."""
console = Console()
PACKAGE = Path(__file__).parents[1]
GUIDES = (PACKAGE / "_docs", PACKAGE.parent / "docs")
"""The pages of the documentation: in the wheel, in the checkout."""


Named = Annotated[str, typer.Option("--assignment", "-a", help="Folder or name of the assignment.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Where the run folders go.")]
Runs = Annotated[
    Path, typer.Argument(help="runs, runs/ASSIGNMENT, or the folder of one submission.")
]
PlatformOptions = Annotated[
    list[str] | None, typer.Option("--option", help="NAME=VALUE for the platform; may be repeated.")
]


def with_guides(text: str) -> str:
    """The text, each page of the documentation in it by where it lies on this machine."""

    def located(page: re.Match[str]) -> str:
        there = (folder / page[1] for folder in GUIDES)
        return next((str(path) for path in there if path.is_file()), page[0])

    return re.sub(r"\bdocs/([\w/-]+\.md)", located, text)


def assignments_for(named: str) -> tuple[assignment.Assignment | None, list[assignment.Assignment]]:
    """The assignment that was named, and all that a notebook may turn out to belong to.

    Where one is named, others that are not sound are left out: they only help to say what another
    notebook is."""
    if not named:
        return None, list(assignment.all_assignments())
    chosen = assignment.load_assignment(named)
    others = []
    for slug in assignment.all_slugs():
        with suppress(GraderError):
            others.append(assignment.load_assignment(slug))
    return chosen, others


def find_assignment(named: str) -> assignment.Assignment:
    """The assignment that was named; without a name the only one there is."""
    if named:
        return assignment.load_assignment(named)
    slugs = assignment.all_slugs()
    if len(slugs) != 1:
        raise GraderError(
            f"There are {len(slugs)} assignments: {', '.join(slugs)}.",
            what_to_do="Name one of them: -a NAME.",
        )
    return assignment.load_assignment(slugs[0])


def need_jupyter() -> None:
    """Raises GraderError where the installed Jupyter is too old for a run of a whole notebook."""
    if int(version("jupyter-client").split(".")[0]) < NEEDED_JUPYTER:
        raise GraderError(
            "A whole notebook cannot be run here: jupyter-client is older than 8.6.",
            what_to_do="In the notebook itself `grader.check()` works; or in an environment of its "
            "own: pip install 'jupyter-client>=8.6'.",
        )


def need_tensorflow() -> None:
    """Raises GraderError where notebooks cannot be run because TensorFlow is not installed."""
    if importlib.util.find_spec("tensorflow") is None:
        raise GraderError(
            f"TensorFlow is not installed for {sys.executable}, and running notebooks needs it.",
            what_to_do=f"{with_extra('grade')} (Linux, Python 3.11 to 3.13).",
        )
