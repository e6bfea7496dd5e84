"""The commands around students: `check` for them, `bundle` for who hands out the assignment."""

from __future__ import annotations  # a name of a room would load it

import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import assignment as assignments, selfcheck
from grader.assignment import data as assets_data
from grader.cli.common import ALL_WELL, SOME_NOT, Named, assignments_for, console, need_jupyter
from grader.cli.show import grade_table
from grader.records import GraderError

KNOWN_HERE = " points that can be known here"


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
    sandbox: Annotated[str, typer.Option(help="auto: one that works here, else none.")] = "auto",
) -> int:
    """Check your own notebook before you hand it in.

    The criteria, messages and points are those of the grading. What is decided on hidden
    images cannot be known here, and is named. The assignment is recognised from the notebook.

    Example: [bold]grader check my.ipynb --open[/]

    Exit status: 0 all that can be known here passed, 1 something did not, 2 usage."""
    need_jupyter()
    desk = selfcheck.desk(
        notebook,
        *assignments_for(assignment),
        sandbox=sandbox,
        accuracy=accuracy,
        say=console.print,
    )
    if desk.setting.sandbox.name == "none":
        console.print(Text(selfcheck.NO_WALLS, style="yellow"))
    if not watch:
        return _check_once(desk, show=show)
    status = SOME_NOT
    try:
        for number, _ in enumerate(selfcheck.saves(notebook, stop=desk.stop)):
            try:
                status = _check_once(desk, show=show and not number)
            except GraderError as problem:  # a file may be no notebook for a moment
                console.print(Text(str(problem), style="red"))
                status = SOME_NOT
            console.print("Watching for the next save; Ctrl-C ends.", style="dim")
    except KeyboardInterrupt:
        console.print("Stopped watching.")
    return status


def _check_once(desk: selfcheck.Desk, *, show: bool) -> int:
    with console.status("reading") as line:
        checked = selfcheck.check_file(desk, line.update)
    console.print(grade_table(checked.grade, checked.unknown, KNOWN_HERE))
    if checked.passed:
        console.print(Text("All that can be known here is as it was asked for.", style="green"))
    verdicts = {verdict.criterion: verdict for verdict in checked.grade.verdicts}
    if first := verdicts.get(checked.grade.first_to_fix):
        console.print(Text(f"Mend this first: {first.title}", style="bold"))
        labels = {"We saw": first.seen, "We expected": first.expected, "Hint": first.hint}
        for label, words in labels.items():
            if words:
                console.print(Text(f"  {label}: {words}"))
    for sentence in checked.said:
        console.print(Text(f"· {sentence}"))
    page = desk.folder / "report.html"
    console.print(Text(f"Full report: {page}"), soft_wrap=True)
    if show:
        webbrowser.open(page.as_uri())
    return ALL_WELL if checked.passed else SOME_NOT


def bundle(
    assignment: Annotated[str, typer.Argument(help="Folder or name of the assignment.")],
    out: Annotated[
        Path | None, typer.Argument(help="The zip to write; default: ASSIGNMENT-students.zip.")
    ] = None,
    revision: Annotated[
        str, typer.Option(help="Whose release notebook: a, b …; default: the last.")
    ] = "",
    data: Annotated[
        str, typer.Option(help="Put images and weights in: original, full or small.")
    ] = "",
    wheel: Annotated[
        Path | None, typer.Option(help="Put the grader itself in, from this wheel.")
    ] = None,
) -> None:
    """Make what students get: release notebook, public criteria, self-check, instructions.

    Hidden images, solutions and criteria for the instructor only are never in it.

    Example: [bold]grader bundle ASSIGNMENT --data full[/]"""
    chosen = assignments.load_assignment(assignment)
    store = assets_data.find_data(chosen, data) if data else None
    target = out or Path(f"{chosen.slug}-students.zip")
    count = selfcheck.make_bundle(chosen, target, revision=revision, store=store, wheel=wheel)
    kilobytes = target.stat().st_size / 1000
    size = f"{kilobytes / 1000:.1f} MB" if kilobytes > 1000 else f"{kilobytes:.0f} kB"  # noqa: PLR2004
    console.print(Text(f"{target}: {count} files, {size}"), soft_wrap=True)
    if not data:
        console.print("Without the data: --data full puts them in.")
    if not wheel:
        console.print(
            "Without the grader, which students install with `pip install notebook-grader`: "
            "--wheel FILE puts it in."
        )
