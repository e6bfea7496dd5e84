"""The commands `assets make`, `assets fetch` and `assets show`."""

from __future__ import annotations  # a name of a room would load it

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from grader import assignment as assignments
from grader.assignment import data
from grader.cli.common import LINE_S, Named, console, find_assignment
from grader.records import AssetError, GraderError

OTHERWISE = (
    "These were made before, by another program or with other numbers than data.toml has now: "
    "raise `version` of \\[stand_in] to have them made anew."
)
OwnHidden = Annotated[
    Path | None,
    typer.Option(
        help="Your own hidden data: a folder with a sub-folder of images a class, or an .npz."
    ),
]


def assets_make(
    assignment: Named = "",
    scale: Annotated[
        str, typer.Option(help="full is the size of the original data; small, or another.")
    ] = "full",
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same bytes; without one the usual.")
    ] = None,
    hidden: OwnHidden = None,
) -> None:
    """Make data with the assignment's own program, where the original cannot be fetched.

    Without --assignment for all assignments that have such a program. What is there already is not
    made again. Grades are measured on the original data if they are there, else on the larger ones.

    Example: [bold]grader assets make --scale small[/]"""
    chosen = _all(assignment, lambda table: bool(table.stand_in and table.stand_in.program))
    if hidden is not None and len(chosen) != 1:
        raise GraderError(
            f"{hidden} can be the hidden data of one assignment only.",
            what_to_do="Say of which with --assignment.",
        )
    for each in chosen:
        with _bar(each.slug) as report:
            store = data.make_data(each, scale, seed, progress=report, hidden=hidden)
        _describe(each.slug, store)
        if data.made_otherwise(each, store):
            console.print(OTHERWISE, soft_wrap=True)


def assets_fetch(assignment: Named = "", hidden: OwnHidden = None) -> None:
    """Fetch the original data and weights, with checksums; goes on after a cut.

    Without --hidden, a part of the published data becomes the hidden data, which students do not
    get.

    Example: [bold]grader assets fetch -a ASSIGNMENT --hidden my-images/[/]"""
    chosen = _all(assignment, lambda table: bool(table.sources))
    if len(chosen) != 1:
        slugs = ", ".join(each.slug for each in chosen) or "none"
        raise GraderError(
            f"Assignments whose data can be fetched: {slugs}.",
            what_to_do="Say which with --assignment.",
        )
    said: list[str] = []
    with _bar(chosen[0].slug) as report:
        store = data.fetch_data(chosen[0], report, hidden, said.append)
    for sentence in said:
        console.print(Text(sentence), soft_wrap=True)
    _describe(chosen[0].slug, store)


def assets_show(assignment: Named = "") -> None:
    """Say which data and weights grades are measured on here; without --assignment, of all."""
    chosen = _all(assignment, lambda table: bool(table.student_paths()))
    for each in chosen:
        try:
            _describe(each.slug, data.find_data(each))
        except AssetError as problem:
            if len(chosen) == 1:
                raise
            console.print(Text(f"{problem.message} {problem.what_to_do}"), soft_wrap=True)


def _all(
    named: str, wanted: Callable[[assignments.DataTable], bool]
) -> list[assignments.Assignment]:
    """The one that was named, else all whose data are like that."""
    if named:
        return [find_assignment(named)]
    loaded = (assignments.load_assignment(slug) for slug in assignments.all_slugs())
    return [each for each in loaded if wanted(each.data)]


@contextmanager
def _bar(slug: str) -> Iterator[Callable[[str, float], None]]:
    """A bar for each kind of work that is reported with its share; elsewhere than on a terminal a
    line now and then."""
    columns = (
        TextColumn("{task.description}"),
        *(BarColumn(), TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn()),
    )
    with Progress(*columns, console=console, transient=console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}
        last_line = time.monotonic()

        def report(what: str, share: float) -> None:
            nonlocal last_line
            if what not in tasks:
                tasks[what] = progress.add_task(f"{slug}: {what}", total=1.0)
            progress.update(tasks[what], completed=share)
            if not console.is_terminal and time.monotonic() - last_line > LINE_S:
                last_line = time.monotonic()
                console.print(f"  … {slug}: {what}, {share:.0%}", highlight=False)

        yield report


def _describe(slug: str, store: data.AssetStore) -> None:
    title = f"{slug}: {store.record.kind}, {store.record.scale}"
    table = Table(title=title, title_justify="left")
    for column in ("split", "class", "inputs"):
        table.add_column(column, justify="right" if column == "inputs" else "left")
    for split, classes in store.record.counts.items():
        for name, count in classes.items():
            table.add_row(split, name, str(count))
    console.print(table if table.rows else title)
    hidden = store.hidden_kind if assignments.HIDDEN in store.record.counts else "none"
    console.print(f"Hidden: {hidden}. sha256 {store.record.sha256[:16]}…")
    console.print(f"In {store.root}", soft_wrap=True, highlight=False)
