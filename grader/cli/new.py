"""The command `new`: an assignment to begin with."""

from __future__ import annotations  # a name of a room would load it

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import assignment as assignments
from grader.cli.common import console

ALIKE = (
    "Notebooks fit both now: change functions and signs of its revisions, or name the one you mean "
    "with --assignment."
)
INSTEAD = "In this folder your copy counts from now on, also for what was graded before."


def new(
    slug: Annotated[str, typer.Argument(help="Its name: small letters, digits, hyphens.")],
    like: Annotated[str, typer.Option(help="Copy this assignment instead.")] = "",
    into: Annotated[
        Path, typer.Option(help="Where assignments/ and reference/ are, or are made.")
    ] = Path(),
) -> None:
    """Write a new assignment for you to change: it grades as it is, and explains every key.

    Makes assignments/SLUG (rubric, data, questions, checks, release notebook) and reference/SLUG
    (solution and two cases: the instructor's).

    Example: [bold]grader new my-first-network[/]"""
    if like:
        folder, reference = assignments.copy_assignment(slug, like, into)
    else:
        folder, reference = assignments.new_assignment(slug, into)
    for path in (folder, reference):
        console.print(Text(f"{path}: {_files(path)}"), soft_wrap=True)
    if like:
        console.print(INSTEAD if slug == Path(like).name else ALIKE)
    solution = next(iter(sorted(reference.glob("solution*.ipynb"))), None)
    console.print("Next:")
    console.print(Text(f"  grader assets make -a {folder}"), soft_wrap=True)
    if solution:
        console.print(Text(f"  grader grade {solution} -a {folder}"), soft_wrap=True)


def _files(folder: Path) -> str:
    names = sorted({path.relative_to(folder).parts[0] for path in folder.rglob("*")})
    return ", ".join(names) or "nothing yet"
