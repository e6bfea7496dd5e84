"""The program `grader`: the list of its commands, and what becomes of a fault of ours.

A command is a plain function: its parameters are the words on the command line, what it returns is
the exit status (None: 0). The rooms' faces load what they name when it is asked for, so
`grader --help` answers at once.
"""

import contextlib
import inspect
import logging
import os
import platform
import re
import shlex
import signal
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from grader import __version__
from grader.cli.audit import audit
from grader.cli.cluster import certificates, scheduler, worker
from grader.cli.common import INTERRUPTED, with_guides
from grader.cli.data import assets_fetch, assets_make, assets_show
from grader.cli.decide import comment, exempt, override, release, withdraw
from grader.cli.demo import demo
from grader.cli.doctor import doctor
from grader.cli.grade import grade
from grader.cli.judge import judge
from grader.cli.new import new
from grader.cli.platforms import hook, pack, send
from grader.cli.show import schema, show
from grader.cli.student import bundle, check
from grader.records import AssetError, AssignmentError, GraderError, PlatformError, SandboxError

logger = logging.getLogger(__name__)
complaints = Console(stderr=True)
USUALLY = {
    AssignmentError: "Mend it, then run the same command again. Every key: docs/keys.md",
    AssetError: "Mend the data, or make them anew with `grader assets make`.",
    SandboxError: "`grader doctor` says what this machine lacks.",
    PlatformError: "Mend that; `grader send … --dry-run` shows what would be sent.",
    GraderError: "Run it again with GRADER_LOG=INFO in front to see what was done.",
}
"""The next step, where the error has none of its own."""


UNWRITABLE = (
    "May you write there, and is there room on the disk? --out and GRADER_HOME name other folders."
)


def complain(seen: str, what_to_do: str) -> None:
    """What was seen and the next step, on stderr."""
    first = Text.assemble(("grader:", "bold red"), f" {seen}")
    for line in (first, Text(f"        {with_guides(what_to_do)}")):
        complaints.print(line, soft_wrap=True)


class OneLine(TyperGroup):
    """A fault of ours is one line on stderr and an exit status, never a stack."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args[-1:] == ["--cluster"]:
            args = [*args, ""]  # alone it explains itself
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> None:
        try:
            status = super().invoke(ctx)
        except GraderError as problem:
            usual = next(words for kind, words in USUALLY.items() if isinstance(problem, kind))
            complain(problem.message, problem.what_to_do or usual)
            raise typer.Exit(problem.exit_status) from problem
        except BrokenPipeError:
            raise  # whoever read our words has enough of them
        except OSError as problem:
            logger.info("what Python says of it", exc_info=problem)
            path = problem.filename2 or problem.filename  # of a renaming, where it was to go
            what = f"{path}: " if path else ""
            complain(f"{what}{problem.strerror or problem}.", UNWRITABLE)
            raise typer.Exit(GraderError.exit_status) from problem
        except KeyboardInterrupt as stop:
            complaints.print("Interrupted. What was finished is kept; the same command goes on.")
            raise typer.Exit(INTERRUPTED) from stop
        if status:
            raise typer.Exit(status)


app = typer.Typer(
    cls=OneLine,
    no_args_is_help=True,
    invoke_without_command=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Grades deep-learning notebooks: runs them in a sandbox, looks at the model they built, "
    "measures it on hidden data, explains the verdict.",
)


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """What stands before a command."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


FOR = {
    "The first minute": (demo, doctor),
    "Instructors and assistants": (grade, show, judge, send),
    "Decisions about single grades": (override, comment, exempt, release, withdraw),
    "Students": (check,),
    "Authors of assignments": (new, audit, bundle),
    "Operators and platforms": (pack, hook, worker, schema),
}
"""Who uses what: the panels of `grader --help`."""


def add(group: typer.Typer, command: Callable[..., Any], name: str = "", panel: str = "") -> None:
    """Its help is its docstring, a line a paragraph: the terminal folds them."""
    paragraphs = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(command) or "")
    group.command(name or None, help=paragraphs, rich_help_panel=panel or None)(command)


for reader, commands in FOR.items():
    for command in commands:
        add(app, command, panel=reader)
assets = typer.Typer(
    no_args_is_help=True,
    help="Data and pretrained weights: fetch the originals, or make the stand-in.",
)
add(assets, assets_make, "make")
add(assets, assets_fetch, "fetch")
add(assets, assets_show, "show")
app.add_typer(assets, name="assets", rich_help_panel="Operators and platforms")
machines = typer.Typer(no_args_is_help=True, help="Many machines for one batch: see `worker`.")
add(machines, certificates)
add(machines, scheduler)
app.add_typer(machines, name="cluster", rich_help_panel="Operators and platforms")


def main() -> None:
    """Entry point: logging to stderr (GRADER_LOG says from which level on), then the command.

    SIGTERM, by which service managers, containers and queues end a program, does what Ctrl-C does:
    what was started is ended too. Without a handler, process 1 of a container would not even end.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wanted = os.environ.get("GRADER_LOG", "").upper()
    level = logging.getLevelNamesMapping().get(wanted, logging.WARNING)
    logging.basicConfig(level=level, stream=sys.stderr, format="grader: %(message)s")
    python = platform.python_version()
    logger.info("version %s, Python %s: %s", __version__, python, shlex.join(sys.argv[1:]))
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Python would wait for threads, and they for whole runs
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            os._exit(INTERRUPTED)
        raise


if __name__ == "__main__":
    main()
