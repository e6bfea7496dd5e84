"""The commands `assets make`, `assets fetch` and `assets show`."""

from __future__ import annotations  # a name of a room would load it

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.assignment import data
from grader.cli.common import Scale, console, find_assignment


def assets_make(
    scale: Annotated[
        Scale, typer.Option(help="full is the size of the original data.")
    ] = Scale.full,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same bytes; without one the usual.")
    ] = None,
) -> None:
    """Make the stand-in: rendered horses and humans, and weights that behave like the original.

    Done once; afterwards it answers from the cache.

    Example: [bold]grader assets make --scale small[/]
    """
    with _bar() as report:
        chosen = data.DEFAULT_SEED if seed is None else seed
        store = data.make_data(find_assignment(""), scale.value, chosen, progress=report)
    _describe(store)


def assets_fetch(
    hidden: Annotated[
        Path | None, typer.Option(help="Your hidden images, one sub-folder a class.")
    ] = None,
) -> None:
    """Fetch the original data and weights (about 250 MB), with checksums; goes on after a cut.

    Without --hidden, part of the validation images is held back from the students' side.
    """
    with _bar() as report:
        store = data.fetch_data(progress=report, hidden=hidden)
    _describe(store)


def assets_show() -> None:
    """Say which data and weights grades are measured on here."""
    _describe(data.find_data())


@contextmanager
def _bar() -> Iterator[Callable[[str, float], None]]:
    """A bar for each kind of work that is reported with its share."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def report(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=1.0)
            progress.update(tasks[what], completed=share)

        yield report


def _describe(store: data.AssetStore) -> None:
    table = Table(title=f"Assets: {store.record.kind}, {store.record.scale}", title_justify="left")
    for column in ("split", "class", "images"):
        table.add_column(column, justify="right" if column == "images" else "left")
    for split, classes in store.record.counts.items():
        for name, count in classes.items():
            table.add_row(split, name, str(count))
    console.print(table)
    console.print(f"Hidden images: {store.hidden_kind}. sha256 {store.record.sha256[:16]}…")
    console.print(f"In {store.root}", soft_wrap=True, highlight=False)
