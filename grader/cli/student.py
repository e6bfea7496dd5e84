"""The commands around students: `check` for them, `bundle` for who hands out the assignment."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from grader.selfcheck import Desk

Guard = Callable[[], AbstractContextManager[None]]
PASSED, NOT_YET = 0, 1
KNOWN_HERE = " points that can be known here"
Named = Annotated[str, typer.Option("--assignment", "-a", help="Folder or name of the assignment.")]


def register(app: typer.Typer, console: Console, guard: Guard) -> None:
    """Add the commands. `guard` turns errors of ours into one line and an exit status."""
    _check(app, console, guard)
    _bundle(app, console, guard)


def _check(app: typer.Typer, console: Console, guard: Guard) -> None:
    @app.command()
    def check(
        notebook: Annotated[Path, typer.Argument(help="Your notebook.")],
        assignment: Named = "",
        accuracy: Annotated[
            bool, typer.Option("--accuracy", help="Train and measure your model too.")
        ] = False,
        show: Annotated[bool, typer.Option("--open", help="Open the full report.")] = False,
        watch: Annotated[
            bool, typer.Option("--watch", help="Again after every save; Ctrl-C ends.")
        ] = False,
        sandbox: Annotated[
            str, typer.Option(help="auto: one that works here, else none.")
        ] = "auto",
    ) -> None:
        """Check your own notebook before you hand it in.

        The criteria, messages and points are those of the grading. What is decided on hidden
        images cannot be known here, and is named.

        Example: [bold]grader check my.ipynb --open[/]

        Exit status: 0 all that can be known here passed, 1 something did not, 2 usage.
        """
        with guard():
            raise typer.Exit(
                run_checks(
                    notebook,
                    assignment,
                    console,
                    accuracy=accuracy,
                    show=show,
                    watch=watch,
                    sandbox=sandbox,
                )
            )


def _bundle(app: typer.Typer, console: Console, guard: Guard) -> None:
    @app.command()
    def bundle(
        assignment: Annotated[str, typer.Argument(help="Folder or name of the assignment.")],
        out: Annotated[
            Path | None, typer.Argument(help="The zip to write; default: ASSIGNMENT-students.zip.")
        ] = None,
        data: Annotated[
            str, typer.Option(help="Put images and weights in: original, full or small.")
        ] = "",
        wheel: Annotated[
            Path | None, typer.Option(help="Put the grader itself in, from this wheel.")
        ] = None,
    ) -> None:
        """Make what students get: release notebook, public criteria, self-check, instructions.

        Hidden images, solutions and criteria for the instructor only are never in it.

        Example: [bold]grader bundle horses-vs-humans --data full[/]
        """
        from grader.assignment import load_assignment  # noqa: PLC0415
        from grader.assignment.data import find_data  # noqa: PLC0415 - `grader --help` stays light
        from grader.selfcheck.bundle import make_bundle  # noqa: PLC0415

        with guard():
            store, chosen = find_data(data) if data else None, load_assignment(assignment)
            target = out or Path(f"{chosen.slug}-students.zip")
            count = make_bundle(chosen, target, store=store, wheel=wheel)
            size = target.stat().st_size / 1e6
            console.print(Text(f"{target}: {count} files, {size:.1f} MB"), soft_wrap=True)


def run_checks(
    notebook: Path,
    named: str,
    console: Console,
    *,
    accuracy: bool,
    show: bool,
    watch: bool,
    sandbox: str,
) -> int:
    """Check once, or after every save until Ctrl-C; the exit status is that of the last check."""
    from grader.cli.chosen import find_assignment  # noqa: PLC0415
    from grader.selfcheck import NO_WALLS, desk, saves  # noqa: PLC0415

    at = desk(
        notebook, find_assignment(named), sandbox=sandbox, accuracy=accuracy, say=console.print
    )
    if at.setting.sandbox.name == "none":
        console.print(Text(NO_WALLS, style="yellow"))
    status = _once(at, console, show=show) if not watch else NOT_YET
    if watch:
        try:
            for number, _ in enumerate(saves(notebook)):
                status = _guarded(at, console, show=show and not number)
                console.print("Watching for the next save; Ctrl-C ends.", style="dim")
        except KeyboardInterrupt:
            console.print("Stopped watching.")
    return status


def _guarded(at: Desk, console: Console, *, show: bool) -> int:
    """A file that is no notebook for a moment must not end the watching."""
    from grader.records import GraderError  # noqa: PLC0415

    try:
        return _once(at, console, show=show)
    except GraderError as problem:
        console.print(Text(str(problem), style="red"))
        return NOT_YET


def _once(at: Desk, console: Console, *, show: bool) -> int:
    from grader.cli.display import grade_table  # noqa: PLC0415
    from grader.selfcheck import check_file  # noqa: PLC0415

    with console.status("reading") as line:
        judged = check_file(at, line.update)
    console.print(grade_table(judged.grade, judged.unknown, KNOWN_HERE))
    if judged.passed:
        console.print(Text("All that can be known here is as it was asked for.", style="green"))
    titles = {one.criterion: one for one in judged.grade.verdicts}
    if first := titles.get(judged.grade.first_to_fix):
        console.print(Text(f"Mend this first: {first.title}", style="bold"))
        for label, words in (("We saw", first.seen), ("We expected", first.expected),
                             ("Hint", first.hint)):  # fmt: skip
            if words:
                console.print(Text(f"  {label}: {words}"))
    for sentence in judged.said:
        console.print(Text(f"· {sentence}"))
    page = at.folder / "report.html"
    console.print(Text(f"Full report: {page}"), soft_wrap=True)
    if show:
        webbrowser.open(page.as_uri())
    return PASSED if judged.passed else NOT_YET
