"""Progress and tables of the command line (Rich). Student text is shown as plain text only."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grader.pipeline import Board, Outcome
from grader.records import Grade
from grader.report import clean

LINE_S = 15.0
SYMBOLS = {"passed": "✓", "partial": "◐", "failed": "✗", "skipped": "–", "error": "!"}
SHOWN_FLYING = 8


class Display:
    """The batch while it runs: a bar, the time left, the submissions in flight."""

    def __init__(self, console: Console, total: int) -> None:
        self.console = console
        self.started = time.monotonic()
        self.printed = 0
        self.last_line = 0.0
        self.bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self.task = self.bar.add_task("grading", total=total, left="")
        self.live: Live | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Redraw in place on a terminal; elsewhere print a line a submission."""
        if not self.console.is_terminal:
            yield
            return
        with Live(self.bar, console=self.console, refresh_per_second=4, transient=True) as live:
            self.live = live
            yield

    def tick(self, board: Board) -> None:
        """Show the board as it stands."""
        for outcome in board.done[self.printed :]:
            self.console.print(outcome_line(outcome), highlight=False)
        self.printed = len(board.done)
        self.bar.update(self.task, completed=self.printed, left=self._left(board))
        flying = list(board.flying.items())[:SHOWN_FLYING]
        if self.live:
            rows = [Text(f"  {name}: {stage}", style="dim") for name, stage in flying]
            self.live.update(Group(self.bar, *rows))
        elif flying and time.monotonic() - self.last_line > LINE_S:
            self.last_line = time.monotonic()
            what = "; ".join(f"{name}: {stage}" for name, stage in flying)
            self.console.print(
                Text(f"  … {self.printed}/{board.total} done. {what}"), soft_wrap=True
            )

    def _left(self, board: Board) -> str:
        if not board.done:
            return ""
        rate = (time.monotonic() - self.started) / len(board.done)
        left = rate * (board.total - len(board.done))
        return f"{rate:.1f} s each, {left / 60:.0f} min left" if left else ""


def outcome_line(outcome: Outcome) -> Text:
    """One finished submission in one line."""
    grade = outcome.grade
    if grade is None:
        return Text(f"! {outcome.source.id}: not graded, {clean(outcome.problem)}", style="red")
    if grade.held:
        return Text(f"! {grade.submission.id}: held, {clean(grade.held_because)}", style="yellow")
    return Text(
        f"  {grade.submission.id}: {grade.points:g} of {grade.max_points:g} "
        f"({outcome.seconds:.0f} s)"
    )


def class_table(grades: Sequence[Grade]) -> Table:
    """The class at a glance: a row a submission."""
    table = Table(title="The class", title_justify="left", pad_edge=False)
    table.add_column("submission", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("criteria", no_wrap=True)
    table.add_column("run", no_wrap=True)
    table.add_column("first to fix", overflow="fold")
    for grade in grades:
        titles = {verdict.criterion: verdict.title for verdict in grade.verdicts}
        points = "held" if grade.held else f"{grade.points:g}/{grade.max_points:g}"
        table.add_row(
            Text(grade.submission.id),
            Text(points, style="yellow" if grade.held else ""),
            Text("".join(SYMBOLS[verdict.status] for verdict in grade.verdicts)),
            Text(grade.run.status),
            Text(clean(grade.held_because if grade.held else titles.get(grade.first_to_fix, ""))),
        )
    return table


def grade_table(grade: Grade, unknown: Sequence[str] = (), note: str = "") -> Table:
    """One grade: a row a criterion. `unknown`: criteria that nobody can judge here; `note`: what
    is said behind the total."""
    total = "held" if grade.held else f"{grade.points:g} of {grade.max_points:g}{note}"
    table = Table(title=f"{grade.submission.id}: {total}", title_justify="left", pad_edge=False)
    table.add_column("")
    table.add_column("criterion", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was seen", overflow="fold")
    for verdict in grade.verdicts:
        known = verdict.criterion not in unknown
        points = f"{verdict.points:g}/{verdict.max_points:g}"
        table.add_row(
            SYMBOLS[verdict.status] if known else "?",
            Text(verdict.title),
            points if known else f"of {verdict.max_points:g}",
            Text(clean(verdict.message)),
        )
    return table
