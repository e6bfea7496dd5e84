"""The course of one run: which cell, how it ended, what is noted in the executed notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from grader.intake import Cell, Notebook
from grader.records import CellRun, Limits
from grader.run.kernel import GRACE_S, Ending, Kernel
from grader.run.outputs import make, note
from grader.run.words import ADVICE, explained, place, reached
from grader.sandbox import Exit, Running

Progress = Callable[[str, float], None]
ASKING = "asking the functions"


@dataclass
class Course:
    """What has happened so far."""

    node: Any
    cells: list[CellRun] = field(default_factory=list)
    limit: str = ""
    """The limit that ended the run, "died", "lost", or "" while the kernel lives."""
    cell: int | None = None
    ask_problem: str = ""
    without: int | None = None
    """Index of a cell that ended an earlier run and is left out of this one."""


class Driver:
    """Runs the cells, then asks the functions."""

    def __init__(
        self, notebook: Notebook, limits: Limits, course: Course, progress: Progress
    ) -> None:
        self.cells = [cell for cell in notebook.code if cell.source.strip()]
        self.limits = limits
        self.course = course
        self.progress = progress
        self.kernel: Kernel

    async def drive(self, start: Callable[[], Running], folder: Path, asking: str) -> None:
        """The whole course; closes the connections whatever happens."""
        self.kernel = Kernel(self.limits, self.course.node)
        try:
            await self.kernel.start(start, folder)
            for number, cell in enumerate(self.cells):
                await self._cell(number, cell)
            if not self.course.limit:
                await self._ask(asking)
        finally:
            await self.kernel.close()

    async def _cell(self, number: int, cell: Cell) -> None:
        if self.course.limit or cell.index == self.course.without:
            self.course.cells.append(CellRun(index=cell.index, status="not_run"))
            return
        share = number / (len(self.cells) + 1)
        words = f"cell {number + 1} of {len(self.cells)}"
        self.progress(words, share)
        ending = await self.kernel.run(
            self.course.node.cells[cell.index],
            cell.index,
            seconds=self.limits.cell_s,
            tick=lambda seconds: self.progress(f"{words}, {seconds:.0f} s", share),
        )
        self._record(cell, ending)

    def _record(self, cell: Cell, ending: Ending) -> None:
        outputs = ending.outputs
        node = self.course.node.cells[cell.index]
        node.outputs = outputs.nodes() + [note(text) for text in self._notes(ending)]
        self.course.cells.append(
            CellRun(
                index=cell.index,
                status=_cell_status(ending),
                seconds=round(ending.seconds, 3),
                error=explained(ending.error, self.limits),
                shortened="; ".join(outputs.shortened),
                adapted="; ".join(outputs.adapted),
            )
        )
        if not ending.alive:
            self.course.limit = ending.limit
            self.course.cell = cell.index

    def _notes(self, ending: Ending) -> list[str]:
        notes = [f"Shortened for grading – {text}." for text in ending.outputs.shortened]
        if ending.outputs.cut:
            notes.append(
                "The rest of this output was cut: "
                f"a cell may print {self.limits.cell_output_mb:g} MB."
            )
        if ending.limit and ending.alive:
            notes.append(
                f"This cell was stopped after {self.limits.cell_s:g} s; the next cells were run. "
                f"{ADVICE['cell_s']}"
            )
        return notes

    async def _ask(self, asking: str) -> None:
        self.progress(ASKING, len(self.cells) / (len(self.cells) + 1))
        cell = make.new_code_cell(asking)
        place = len(self.course.node.cells)
        self.course.node.cells.append(cell)
        try:
            ending = await self.kernel.run(
                cell,
                place,
                seconds=self.limits.cell_s,
                tick=lambda seconds: self.progress(f"{ASKING}, {seconds:.0f} s", 1.0),
                history=False,
            )
        finally:
            del self.course.node.cells[place:]
        if not ending.alive:
            self.course.limit = ending.limit
        self.course.ask_problem = ending.error or ending.limit


def _cell_status(ending: Ending) -> Literal["ok", "error", "timeout", "killed"]:
    if not ending.alive:
        return "killed"
    if ending.limit:
        return "timeout"
    return "error" if ending.error else "ok"


def words(course: Course, ended: Exit, limits: Limits) -> str:
    """Why the run ended early, for the student."""
    if course.limit == "cell_s":
        seconds = limits.cell_s + GRACE_S
        return (
            f"{place(course.cell)} did not stop when it was told to; it was ended after "
            f"{seconds:g} s. {ADVICE['cell_s']}"
        )
    if course.limit == "lost":
        return f"{place(course.cell)} broke the grader's connection to its Python process."
    limit = course.limit if course.limit in ("output_mb", "wall_s") else ended.limit
    ours = ended.party == "ours"
    said = "" if ours else reached(limit, course.cell, limits)
    return said or f"The notebook's Python process ended ({ended.message or 'by itself'})."
