"""The commands that have to do with platforms: send, hook, pack."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Guard = Callable[[], AbstractContextManager[None]]
Runs = Annotated[Path, typer.Argument(help="A run folder, or one above it.")]
Words = Annotated[
    list[str] | None, typer.Option("--option", help="NAME=VALUE for the platform; may be repeated.")
]
Packages = Annotated[
    Path | None, typer.Option(help="Folder of packages: the build then needs no index.")
]
Data = Annotated[
    str, typer.Option(help="Put data in (original, full, small) instead of making them.")
]
Named = Annotated[str, typer.Option("--assignment", "-a", help="Folder or name of the assignment.")]


def register(app: typer.Typer, console: Console, guard: Guard) -> None:
    """Add the commands. `guard` turns errors of ours into one line and an exit status."""
    _send(app, console, guard)
    _hook(app, guard)
    _pack(app, console, guard)


def _send(app: typer.Typer, console: Console, guard: Guard) -> None:
    @app.command()
    def send(
        runs: Runs,
        to: Annotated[
            str,
            typer.Option(
                "--to",
                help="plain, gradescope, coursera, prairielearn, "
                "github, canvas, moodle, lti or nbgrader.",
            ),
        ],
        option: Words = None,
        overrides: Annotated[
            Path | None, typer.Option(help="Decisions on the class: TOML or CSV.")
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
    ) -> None:
        """Send grades to a platform, or write the files that it reads.

        Held grades are never sent as numbers. Sending again changes nothing.

        Example: [bold]grader send runs --to canvas --option gradebook=export.csv
        --option column=4711 --dry-run[/]

        Exit status: 0 all sent, 1 some are held or refused, 2 usage or the platform.
        """  # fmt: skip
        from grader.cli.send import parse_options, send_grades  # noqa: PLC0415

        with guard():
            status = send_grades(
                runs,
                to=to,
                options=parse_options(option or []),
                overrides=overrides,
                dry_run=dry_run,
                console=console,
            )
            raise typer.Exit(status)


def _hook(app: typer.Typer, guard: Guard) -> None:
    @app.command()
    def hook(
        platform: Annotated[
            str, typer.Argument(help="gradescope, coursera, prairielearn, github.")
        ],
        assignment: Named = "",
        out: Annotated[Path, typer.Option("--out", "-o", help="Where the run folders go.")] = Path(
            "runs"
        ),
        submission: Annotated[
            Path | None, typer.Option(help="Notebook or its folder; default: the platform's place.")
        ] = None,
        option: Words = None,
        sandbox: Annotated[str, typer.Option(help="auto, bubblewrap or landlock.")] = "auto",
    ) -> None:
        """Grade the one submission of a platform's container (packs call this).

        A valid file is written after every stage, and all ends before the platform would end it
        (GRADER_TIMEOUT_S in the environment, else the platform's default).

        Example: [bold]grader hook gradescope --assignment horses-vs-humans[/]
        """  # fmt: skip
        from grader.cli.chosen import find_assignment  # noqa: PLC0415
        from grader.cli.send import parse_options  # noqa: PLC0415
        from grader.pipeline import grade_here  # noqa: PLC0415

        with guard():
            status = grade_here(
                platform,
                find_assignment(assignment),
                options=parse_options(option or []),
                out=out,
                submission=submission,
                sandbox=sandbox,
            )
            raise typer.Exit(status)


def _pack(app: typer.Typer, console: Console, guard: Guard) -> None:
    @app.command()
    def pack(  # noqa: PLR0913, PLR0917 - the options of a command
        platform: Annotated[
            str, typer.Argument(help="gradescope, coursera, prairielearn, github.")
        ],
        assignment: Named = "",
        out: Annotated[Path, typer.Option("--out", "-o", help="Where to write.")] = Path("packs"),
        timeout: Annotated[
            int | None, typer.Option(help="Seconds; default: the most the platform allows.")
        ] = None,
        assets: Annotated[
            str, typer.Option(help="Words after `grader assets` in the image's build.")
        ] = "make --scale full",
        wheel: Annotated[Path | None, typer.Option(help="Default: built from here.")] = None,
        lock: Annotated[Path, typer.Option(help="Requirements with hashes.")] = Path(
            "requirements.lock"
        ),
        wheelhouse: Packages = None,
        data: Data = "",
    ) -> None:
        """Make what is uploaded to a platform: a zip, or a folder of files.

        With --wheelhouse (filled by `pip download`) and --data the build needs no network.

        Example: [bold]grader pack gradescope --out packs[/]
        """  # fmt: skip
        from grader.cli.send import make_pack  # noqa: PLC0415

        with guard():
            made = make_pack(
                platform, assignment, out,
                wheel=wheel, lock=lock, timeout_s=timeout, assets=assets,
                wheelhouse=wheelhouse, data=data,
            )  # fmt: skip
            console.print(
                f"{made}: see docs/platforms/{platform}.md", highlight=False, markup=False
            )
