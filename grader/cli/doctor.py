"""The command `doctor`."""

from rich.table import Table

from grader import pipeline
from grader.cli.common import console


def doctor() -> int:
    """Say whether this machine can grade, and what to do about each *no*.

    Exit status: 0 it can, 3 there is no sandbox, 2 something else is missing.
    """
    lines = pipeline.examine()
    table = Table(title="Can this machine grade?", title_justify="left")
    for column in ("", "what", "seen", "what to do"):
        table.add_column(column, overflow="fold")
    for line in lines:
        lacks = line.seen.startswith("no:")
        a_tier = line.what.startswith("sandbox tier")  # even one that works can be made stronger
        table.add_row(
            "[red]no[/]" if not line.ok else "[yellow]no[/]" if lacks else "[green]yes[/]",
            line.what,
            line.seen,
            line.what_to_do if a_tier or lacks or not line.ok else "",
        )
    console.print(table)
    return max((line.exit_status for line in lines if not line.ok), default=0)
