"""The commands that have to do with platforms: send, hook, pack."""

from __future__ import annotations  # a name of a room would load it

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader import pipeline, platforms
from grader.assignment import data as assets_data
from grader.cli.common import (
    Named,
    Out,
    PlatformOptions,
    Runs,
    assignments_for,
    console,
    find_assignment,
    with_guides,
)
from grader.cli.show import add_ids
from grader.platforms import container
from grader.records import GraderError

COLOURS = {
    "sent": "green",
    "planned": "yellow",
    "unchanged": "dim",
    "held": "magenta",
    "exempt": "dim",
    "refused": "red",
}
MAX_SHOWN_DIFF = 60
MAX_SHOWN_LINE = 240
"""Letters: a worksheet has a whole report in one cell."""
PROJECT = Path(__file__).parents[2]
LOCKS = (PROJECT / "grader" / "_requirements.lock", PROJECT / "requirements.lock")
"""In the wheel, in the checkout."""
Platform = Annotated[str, typer.Argument(help="gradescope, coursera, prairielearn, github.")]


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
    option: PlatformOptions = None,
    overrides: Annotated[
        Path | None, typer.Option(help="Decisions on the class: TOML or CSV.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
) -> int:
    """Send grades to a platform, or write the files that it reads.

    Held grades are never sent as numbers. Sending again changes nothing. Grades of several
    assignments are sent one assignment after the other; options are of one, so name its folder.

    Example: [bold]grader send runs/ASSIGNMENT --to canvas --option gradebook=export.csv
    --option column=4711 --dry-run[/]

    Exit status: 0 all sent, 1 some are held or refused, 2 usage or the platform."""
    options = parse_options(option or [])
    receipts = pipeline.send_grades(runs, to, options, decisions_file=overrides, dry_run=dry_run)
    for receipt in receipts:
        _show(receipt)
    return max(receipt.exit_status for receipt in receipts)


def hook(
    platform: Platform,
    assignment: Named = "",
    out: Out = Path("runs"),
    submission: Annotated[
        Path | None, typer.Option(help="Notebook or its folder; default: the platform's place.")
    ] = None,
    option: PlatformOptions = None,
    sandbox: Annotated[str, typer.Option(help="auto, bubblewrap or landlock.")] = "auto",
) -> int:
    """Grade the one submission of a platform's container (packs call this).

    A valid file is written after every stage, and all ends before the platform would end it
    (GRADER_TIMEOUT_S in the environment, else the platform's default).

    Without --assignment it is recognised, as with `grader grade`.

    Example: [bold]grader hook gradescope --assignment ASSIGNMENT[/]"""
    return pipeline.grade_here(
        platform,
        *assignments_for(assignment),
        options=parse_options(option or []),
        out=out,
        submission=submission,
        sandbox=sandbox,
    )


def pack(
    platform: Platform,
    assignment: Named = "",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write.")] = Path("packs"),
    timeout: Annotated[
        int | None, typer.Option(help="Seconds; default: the most the platform allows.")
    ] = None,
    assets: Annotated[
        str, typer.Option(help="Words after `grader assets` in the image's build.")
    ] = "make --scale full",
    wheel: Annotated[
        Path | None, typer.Option(help="The grader's file; default: built from the checkout.")
    ] = None,
    lock: Annotated[
        Path | None, typer.Option(help="Requirements with hashes; default: the grader's own.")
    ] = None,
    wheelhouse: Annotated[
        Path | None, typer.Option(help="Folder of packages: the build then needs no index.")
    ] = None,
    data: Annotated[
        str, typer.Option(help="Put data in (original, full, small) instead of making them.")
    ] = "",
) -> None:
    """Make what is uploaded to a platform: a zip, or a folder of files.

    With --wheelhouse (filled by `pip download`) and --data the build needs no network.

    Example: [bold]grader pack gradescope -a ASSIGNMENT[/]"""
    platforms.find_container(platform)  # a typing error is said first
    chosen = find_assignment(assignment)
    out.mkdir(parents=True, exist_ok=True)
    extra = {container.WHEELHOUSE: wheelhouse} if wheelhouse else {}
    wheel = wheel or container.build_wheel(PROJECT, out)
    if data:
        root = assets_data.find_data(chosen, data).root
        extra[f"{container.HOME}/assets/{chosen.slug}/{root.name}"] = root
    made = container.pack_container(
        platform,
        chosen,
        out,
        wheel=wheel,
        lock=lock or next(path for path in LOCKS if path.is_file()),
        timeout_s=timeout,
        assets=assets,
        extra=extra,
    )
    page = with_guides(f"docs/platforms/{platform}.md")
    console.print(Text(f"{made}: see {page}"), soft_wrap=True)


def parse_options(words: Sequence[str]) -> dict[str, str]:
    """`name=value` words. Raises GraderError for one that is not."""
    for word in words:
        if "=" not in word:
            raise GraderError(
                f"--option {word}: expected NAME=VALUE.",
                what_to_do=f"Write the value behind it: --option {word}=…",
            )
    return dict(word.split("=", 1) for word in words)


def _show(receipt: platforms.Receipt) -> None:
    """The receipt as a table, with a diff of the files on a dry run."""
    table = Table(title_justify="left")
    add_ids(table, [entry.submission for entry in receipt.entries])
    for title in ("status", "now there", "will be", "why"):
        table.add_column(title, overflow="fold")
    sent = "would be sent to" if receipt.dry_run else "sent to"
    where = dict.fromkeys((receipt.sink, receipt.target))
    table.title = Text(f"{sent} {' '.join(where)}")
    for entry in receipt.entries:
        table.add_row(
            Text(entry.submission),
            Text(entry.status, style=COLOURS[entry.status]),
            Text(entry.before),
            Text(entry.after),
            Text(entry.message),
        )
    console.print(table)
    for file in receipt.files:
        if file.status == "same":
            continue
        console.print(Text(f"{file.status:8} {receipt.folder / file.path}"), soft_wrap=True)
        if receipt.dry_run and file.diff:
            lines = [
                f"{line[:MAX_SHOWN_LINE]}{'…' * (len(line) > MAX_SHOWN_LINE)}"
                for line in file.diff.splitlines()[:MAX_SHOWN_DIFF]
            ]
            console.print(Text("\n".join(lines), style="dim"))
    if not receipt.changes:
        console.print("Nothing changes.")
