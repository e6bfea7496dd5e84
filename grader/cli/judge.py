"""The command `judge`: stored evidence again, really or only to see what a rubric would do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Guard = Callable[[], AbstractContextManager[None]]


def register(app: typer.Typer, console: Console, guard: Guard) -> None:
    """Add the command. `guard` turns errors of ours into one line and an exit status."""

    @app.command()
    def judge(
        runs: Annotated[Path, typer.Argument(help="A run folder, or one above it.")],
        assignment: Annotated[
            str, typer.Option("--assignment", "-a", help="Folder or name of the assignment.")
        ] = "",
        what_if: Annotated[
            Path | None,
            typer.Option(help="A changed copy of assignment.toml: who gains, who loses."),
        ] = None,
    ) -> None:
        """Judge stored evidence again, after a change of the rubric. Needs no TensorFlow.

        With --what-if nothing is written: it shows what another rubric would do to the class.

        Example: [bold]grader judge runs --what-if rubric.toml[/]

        Exit status: 0 all judged, 1 some grades are held, 2 usage or a mistake in the rubric.
        """
        from grader.cli.again import judge_again  # noqa: PLC0415 - `grader --help` stays light
        from grader.cli.what_if import compare  # noqa: PLC0415

        with guard():
            if what_if is None:
                raise typer.Exit(judge_again(runs, assignment, console))
            raise typer.Exit(compare(runs, assignment, what_if, console))
