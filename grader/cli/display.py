"""The batch while it runs: a bar, the time left, the submissions in flight."""

from __future__ import annotations  # a name of a room would load it

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from grader import pipeline, report
from grader.cli.common import LINE_S, console

SHOWN_FLYING = 8


class Display:
    """Redrawn in place on a terminal; elsewhere a line a submission."""

    def __init__(self, total: int) -> None:
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
        if not console.is_terminal:
            yield
            return
        with Live(self.bar, console=console, refresh_per_second=4, transient=True) as self.live:
            yield

    def tick(self, board: pipeline.Board) -> None:
        for outcome in board.done[self.printed :]:
            console.print(outcome_line(outcome), highlight=False)
        self.printed = len(board.done)
        self.bar.update(self.task, completed=self.printed, left=self._left(board))
        flying = [f"{name}: {stage}" for name, stage in board.flying.copy().items()]
        flying = (list(board.others.lines()) if board.others else flying)[:SHOWN_FLYING]
        if self.live:
            rows = [Text(f"  {what}", style="dim") for what in flying]
            self.live.update(Group(self.bar, *rows))
        elif flying and time.monotonic() - self.last_line > LINE_S:
            self.last_line = time.monotonic()
            what = "; ".join(flying)
            console.print(Text(f"  … {self.printed}/{board.total} done. {what}"), soft_wrap=True)

    def _left(self, board: pipeline.Board) -> str:
        if not board.done:
            return ""
        rate = (time.monotonic() - self.started) / len(board.done)
        left = rate * (board.total - len(board.done))
        return f"{rate:.1f} s each, {left / 60:.0f} min left" if left else ""


def outcome_line(outcome: pipeline.Outcome) -> Text:
    grade = outcome.grade
    if grade is None:
        return Text(
            f"! {outcome.source.id}: not graded, {report.clean(outcome.problem)}", style="red"
        )
    if grade.held:
        return Text(
            f"! {grade.submission.id}: held, {report.clean(grade.held_because)}", style="yellow"
        )
    return Text(
        f"  {grade.submission.id}: {grade.points:g} of {grade.max_points:g} "
        f"({outcome.seconds:.0f} s)"
    )
