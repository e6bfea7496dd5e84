"""The program `grader`: the list of its commands, and what becomes of a fault of ours.

A command is a plain function: its parameters are the words on the command line, what it returns is
the exit status (None: 0). The rooms' faces load what they name when it is asked for, so
`grader --help` answers at once.
"""

import logging
import os
import platform
import shlex
import sys
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from grader import __version__
from grader.cli.audit import audit
from grader.cli.common import INTERRUPTED
from grader.cli.data import assets_fetch, assets_make, assets_show
from grader.cli.decide import comment, exempt, override, release, withdraw
from grader.cli.doctor import doctor
from grader.cli.grade import grade
from grader.cli.judge import judge
from grader.cli.new import new
from grader.cli.platforms import hook, pack, send
from grader.cli.show import schema, show
from grader.cli.student import bundle, check
from grader.records import GraderError

logger = logging.getLogger(__name__)
complaints = Console(stderr=True)


class OneLine(TyperGroup):
    """A fault of ours is one line on stderr and an exit status, never a stack."""

    def invoke(self, ctx: Any) -> None:
        try:
            status = super().invoke(ctx)
        except GraderError as problem:
            complaints.print(f"[bold red]grader:[/] {problem.message}", highlight=False)
            if problem.what_to_do:
                complaints.print(f"        {problem.what_to_do}", highlight=False, markup=False)
            raise typer.Exit(problem.exit_status) from problem
        except KeyboardInterrupt as stop:
            complaints.print("Interrupted. What was finished is kept; the same command goes on.")
            raise typer.Exit(INTERRUPTED) from stop
        if status:
            raise typer.Exit(status)


app = typer.Typer(
    cls=OneLine,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Grades deep-learning notebooks: runs them in a sandbox, looks at the model they built, "
    "measures it on hidden images, explains the verdict.",
)
for command in (
    *(grade, show, schema, doctor, judge, send, hook, pack),
    *(override, comment, exempt, release, withdraw, check, bundle, audit, new),
):
    app.command()(command)
assets = typer.Typer(
    no_args_is_help=True,
    help="Data and pretrained weights: fetch the originals, or make the stand-in.",
)
assets.command("make")(assets_make)
assets.command("fetch")(assets_fetch)
assets.command("show")(assets_show)
app.add_typer(assets, name="assets")


def main() -> None:
    """Entry point: logging to stderr (GRADER_LOG says from which level on), then the command."""
    wanted = os.environ.get("GRADER_LOG", "").upper()
    level = logging.getLevelNamesMapping().get(wanted, logging.WARNING)
    logging.basicConfig(level=level, stream=sys.stderr, format="grader: %(message)s")
    python = platform.python_version()
    logger.info("version %s, Python %s: %s", __version__, python, shlex.join(sys.argv[1:]))
    app()


if __name__ == "__main__":
    main()
