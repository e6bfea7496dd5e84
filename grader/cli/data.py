"""What `grader assets …` does, between the command line and the assets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.assignment.data import DEFAULT_SEED, AssetStore, fetch_data, find_data, make_data
from grader.cli.chosen import find_assignment


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[str, float], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=console.is_terminal) as progress:
        tasks: dict[str, int] = {}

        def report(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=1.0)
            progress.update(tasks[what], completed=share)  # type: ignore[arg-type]

        yield report


def make_with_progress(scale: str, seed: int | None, console: Console) -> None:
    """Make the stand-in, or say that it is there; without a seed it is the usual one."""
    chosen = DEFAULT_SEED if seed is None else seed
    with _bar(console) as report:
        store = make_data(find_assignment(""), scale, chosen, progress=report)
    _say(store, console)


def fetch_with_progress(hidden: Path | None, console: Console) -> None:
    """Fetch the originals."""
    with _bar(console) as report:
        store = fetch_data(progress=report, hidden=hidden)
    _say(store, console)


def show_assets(console: Console) -> None:
    """Print the assets that grades are measured on here."""
    _say(find_data(), console)


def _say(store: AssetStore, console: Console) -> None:
    table = Table(title=f"Assets: {store.record.kind}, {store.record.scale}", title_justify="left")
    for column in ("split", "class", "images"):
        table.add_column(column, justify="right" if column == "images" else "left")
    for split, classes in store.record.counts.items():
        for name, count in classes.items():
            table.add_row(split, name, str(count))
    console.print(table)
    console.print(f"Hidden images: {store.hidden_kind}. sha256 {store.record.sha256[:16]}…")
    console.print(f"In {store.root}", soft_wrap=True, highlight=False)
