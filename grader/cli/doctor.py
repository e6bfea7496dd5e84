"""The command `doctor`."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader import pipeline
from grader.cli.common import console, with_guides

COLOURS = {"yes": "green", "no": "yellow", "NO": "red"}


def doctor(
    data: Annotated[
        bool, typer.Option(help="Look at assignments' data; a worker gets them from the client.")
    ] = True,
) -> int:
    """Say whether this machine can grade, and what to do about each *no*.

    Exit status: 0 it can, 3 there is no sandbox, 2 something else is missing."""
    lines = pipeline.examine(data=data)
    for line in lines:
        grid = Table.grid(padding=(0, 1))
        lacks = line.seen.startswith("no:")
        a_tier = line.what.startswith("sandbox tier")  # even one that works can be made stronger
        answer = "NO" if not line.ok else "no" if lacks else "yes"
        grid.add_row(
            Text(f"{answer:3}", style=COLOURS[answer]),
            Text.assemble((line.what, "bold"), f": {line.seen.removeprefix('no: ')}"),
        )
        console.print(grid)
        if line.what_to_do and (a_tier or answer != "yes"):
            advice = Text(
                f"    → {with_guides(line.what_to_do)}", style="" if answer == "NO" else "dim"
            )
            console.print(advice, soft_wrap=True)  # commands are copied: no path is cut or broken
    status = max((line.exit_status for line in lines if not line.ok), default=0)
    last = "Not yet: do what stands behind each NO" if status else "Yes"
    console.print(f"Can this machine grade? {last}.")
    return status
