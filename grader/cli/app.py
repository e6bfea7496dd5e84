"""The commands. Each is a few lines: the work is done by the modules below.

Heavy modules are imported inside the commands, so that `grader --help` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import (
    audit as cli_audit,
    decide as cli_hands,
    judge as cli_judge,
    platforms as cli_platforms,
    student as cli_student,
)
from grader.cli.common import Profile, Share
from grader.records import GraderError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Grades deep-learning notebooks: runs them in a sandbox, looks at the model they built, "
    "measures it on hidden images, explains the verdict.",
)
assets_app = typer.Typer(
    no_args_is_help=True,
    help="Data and pretrained weights: fetch the originals, or make the stand-in.",
)
app.add_typer(assets_app, name="assets")
console = Console()
complaints = Console(stderr=True)
HELD, USAGE, INTERRUPTED = 1, 2, 130


class TrainingMode(StrEnum):
    """What is done about `fit` in the notebook."""

    recipe = "recipe"
    notebook = "notebook"


class Scale(StrEnum):
    """Size of the stand-in."""

    small = "small"
    full = "full"


Assignment = Annotated[str, typer.Option("--assignment", "-a", help="Folder or name of it.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Where the run folders go.")]
Paths = Annotated[list[Path], typer.Argument(help="Notebooks, folders or zips of them.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="Runs at once; 0: one a core.")]
Training = Annotated[TrainingMode, typer.Option(help="By the recipe, or as the notebook does.")]
Tier = Annotated[str, typer.Option(help="auto, warm, bubblewrap, landlock; none: own code only.")]
WhichScale = Annotated[Scale | None, typer.Option(help="Which stand-in; default: the best.")]
Keras = Annotated[str, typer.Option(help="2 or 3; default: what the notebook's edition was for.")]
Limits = Annotated[list[str] | None, typer.Option(help="Override one: cell_s=60. Repeatable.")]
Only = Annotated[list[str] | None, typer.Option(help="Grade only the submissions with these ids.")]
Force = Annotated[bool, typer.Option("--force", help="Run again what has been run.")]


@contextmanager
def _one_line() -> Iterator[None]:
    """A fault of ours is one line on stderr and an exit status, never a stack."""
    try:
        yield
    except GraderError as problem:
        complaints.print(f"[bold red]grader:[/] {problem.message}", highlight=False)
        if problem.what_to_do:
            complaints.print(f"        {problem.what_to_do}", highlight=False, markup=False)
        raise typer.Exit(problem.exit_status) from problem
    except KeyboardInterrupt as stop:
        complaints.print("Interrupted. What was finished is kept; the same command goes on.")
        raise typer.Exit(INTERRUPTED) from stop


@app.command()
def grade(
    paths: Paths,
    assignment: Assignment = "",
    out: Out = Path("runs"),
    jobs: Jobs = 0,
    training: Training = TrainingMode.recipe,
    keras: Keras = "",
    sandbox: Tier = "auto",
    scale: WhichScale = None,
    limit: Limits = None,
    only: Only = None,
    force: Force = False,
    share: Share = True,
    profile: Profile = False,
) -> None:
    """Grade submissions in a sandbox, measure their models: one notebook, a folder, a zip.

    Makes RUNS/ASSIGNMENT/SUBMISSION/ATTEMPT/report.html, and batch.html, grades.csv for the class.
    Exit status: 0 all graded, 1 some grades are held for a person, 2 usage, 3 no sandbox.

    Example: [bold]grader grade submissions/ --out runs[/]
    """
    from grader.cli.grade import Options, grade_class

    options = Options(
        assignment=assignment,
        out=out,
        jobs=jobs or (os.cpu_count() or 1),
        training=training.value,
        keras=keras,
        sandbox=sandbox,
        scale=scale.value if scale else None,
        limits=tuple(limit or ()),
        only=tuple(only or ()),
        force=force,
        share=share,
        profile=profile,
    )
    with _one_line():
        raise typer.Exit(grade_class(paths, options, console))


@app.command()
def show(
    runs: Annotated[Path, typer.Argument(help="A run folder, or one above it.")],
) -> None:
    """Print stored grades as tables, with what people decided in them.

    Example: [bold]grader show runs/horses-vs-humans/ada[/]
    """
    from grader.cli.display import class_table, grade_table
    from grader.cli.send import adjusted

    with _one_line():
        found = [final for _, _, final in adjusted(runs)]
        console.print(grade_table(found[0]) if len(found) == 1 else class_table(found))


@app.command()
def schema() -> None:
    """Print the JSON Schema of grade.json.

    Example: [bold]grader schema > grade.schema.json[/]
    """
    import json

    from grader.records import Grade

    typer.echo(json.dumps(Grade.model_json_schema(), indent=1))


@app.command()
def doctor() -> None:
    """Say whether this machine can grade, and what to do about each *no*.

    Exit status: 0 it can, 3 there is no sandbox, 2 something else is missing.
    """
    from grader.cli.doctor import examine, table

    with _one_line():
        findings = examine()
        console.print(table(findings))
        failed = [finding for finding in findings if not finding.ok]
        raise typer.Exit(max((finding.exit_status for finding in failed), default=0))


@assets_app.command("make")
def assets_make(
    scale: Annotated[
        Scale, typer.Option(help="full is the size of the original data.")
    ] = Scale.full,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same bytes; without one the usual.")
    ] = None,
) -> None:
    """Make the stand-in: rendered horses and humans, and weights that behave like the original.

    Done once; afterwards it answers from the cache.

    Example: [bold]grader assets make --scale small[/]
    """
    from grader.cli.data import make_with_progress

    with _one_line():
        make_with_progress(scale.value, seed, console)


@assets_app.command("fetch")
def assets_fetch(
    hidden: Annotated[
        Path | None, typer.Option(help="Your hidden images, one sub-folder a class.")
    ] = None,
) -> None:
    """Fetch the original data and weights (about 250 MB), with checksums; goes on after a cut.

    Without --hidden, part of the validation images is held back from the students' side.
    """
    from grader.cli.data import fetch_with_progress

    with _one_line():
        fetch_with_progress(hidden, console)


@assets_app.command("show")
def assets_show() -> None:
    """Say which data and weights grades are measured on here."""
    from grader.cli.data import show_assets

    with _one_line():
        show_assets(console)


for commands in (cli_judge, cli_platforms, cli_hands, cli_student, cli_audit):
    commands.register(app, console, _one_line)


def main() -> None:
    """Entry point: logging to stderr, then the command."""
    logging.basicConfig(
        level=os.environ.get("GRADER_LOG", "WARNING").upper(),
        stream=sys.stderr,
        format="grader: %(message)s",
    )
    app()


if __name__ == "__main__":
    main()
