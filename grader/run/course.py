"""The course of one run: which cell, how it ended, what is noted in the executed notebook."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from grader.intake import Cell, Notebook
from grader.records import CellRun, Limits
from grader.run.kernel import GRACE_S, Ending, Kernel
from grader.run.outputs import empty, make, note, write
from grader.run.words import ADVICE, explained, reached, whose
from grader.sandbox import Exit, Running

ASKING = "asking the functions"
CellStatus = Literal["ok", "error", "timeout", "killed"]


class Course:
    """Runs the cells, then asks the functions, and keeps what has happened so far."""

    limit: str = ""
    """The limit that ended the run, "died", "lost", or "" while the kernel lives."""
    cell: int | None = None
    """Index of the cell that ended the run."""
    ask_problem: str = ""

    def __init__(
        self,
        notebook: Notebook,
        limits: Limits,
        progress: Callable[[str, float], None],
        without: int | None = None,
    ) -> None:
        """progress: hears what runs, and the share that is done. without: index of a cell that
        ended an earlier run and is left out of this one."""
        self.notebook = notebook
        self.limits = limits
        self.progress = progress
        self.without = without
        self.node = empty(notebook)
        self.cells: list[CellRun] = []

    async def drive(self, start: Callable[[], Running], folder: Path, asking: str) -> None:
        """Every cell, then the questions; closes the connections whatever happens."""
        kernel = Kernel(self.limits, self.node)
        cells = [cell for cell in self.notebook.code if cell.source.strip()]
        try:
            await kernel.start(start, folder)
            for number, cell in enumerate(cells):
                if self.limit or cell.index == self.without:
                    self.cells.append(CellRun(index=cell.index, status="not_run"))
                    continue
                ending = await kernel.run(
                    self.node.cells[cell.index],
                    cell.index,
                    seconds=self.limits.cell_s,
                    tick=self._tick(f"cell {number + 1} of {len(cells)}", number, len(cells)),
                )
                self._record(cell, ending)
            if not self.limit:
                await self._ask(kernel, asking, len(cells))
        finally:
            await kernel.close()

    def _tick(self, words: str, done: int, cells: int) -> Callable[[float], None]:
        share = done / (cells + 1)
        self.progress(words, share)
        return lambda seconds: self.progress(f"{words}, {seconds:.0f} s", share)

    async def _ask(self, kernel: Kernel, asking: str, cells: int) -> None:
        """As one more cell, of which nothing stays in the notebook."""
        cell, index = make.new_code_cell(asking), len(self.node.cells)
        self.node.cells.append(cell)
        tick = self._tick(ASKING, cells, cells)
        try:
            ending = await kernel.run(
                cell, index, seconds=self.limits.cell_s, tick=tick, history=False
            )
        finally:
            del self.node.cells[index:]
        if not ending.alive:
            self.limit = ending.limit
        self.ask_problem = ending.error or ending.limit

    def _record(self, cell: Cell, ending: Ending) -> None:
        outputs = ending.outputs
        notes = [f"Shortened for grading – {text}." for text in outputs.shortened]
        if outputs.cut:
            notes.append(
                "The rest of this output was cut: "
                f"a cell may print {self.limits.cell_output_mb:g} MB."
            )
        status: CellStatus = "error" if ending.error else "ok"
        if ending.limit:
            status = "timeout" if ending.alive else "killed"
        if status == "timeout":
            notes.append(
                f"This cell was stopped after {self.limits.cell_s:g} s; the next cells were run. "
                f"{ADVICE['cell_s']}"
            )
        self.node.cells[cell.index].outputs = outputs.nodes() + [note(text) for text in notes]
        self.cells.append(
            CellRun(
                index=cell.index,
                status=status,
                seconds=round(ending.seconds, 3),
                error=explained(ending.error, self.limits),
                shortened="; ".join(outputs.shortened),
                adapted="; ".join(outputs.adapted),
            )
        )
        if not ending.alive:
            self.limit = ending.limit
            self.cell = cell.index

    def why(self, ended: Exit) -> str:
        """Why the run ended early, for the student."""
        if self.limit == "cell_s":
            seconds = self.limits.cell_s + GRACE_S
            return (
                f"{whose(self.cell)} did not stop when it was told to; it was ended after "
                f"{seconds:g} s. {ADVICE['cell_s']}"
            )
        if self.limit == "lost":
            return f"{whose(self.cell)} broke the grader's connection to its Python process."
        limit = self.limit if self.limit in ("output_mb", "wall_s") else ended.limit
        said = "" if ended.party == "ours" else reached(limit, self.cell, self.limits)
        return said or f"The notebook's Python process ended ({ended.message or 'by itself'})."

    def write_executed(self, why: str, path: Path) -> None:
        """The executed notebook, with a note at each cell that was not run."""
        runs = {run.index: run for run in self.cells}
        if self.cell is not None:
            self.node.cells[self.cell].outputs.append(
                note(f"{why} The run was ended in this cell.")
            )
        for cell in self.notebook.cells:
            words = ""
            if cell.index == self.without:
                words = "Not run this time: it ended the run when it was tried."
            elif cell.index in runs and runs[cell.index].status == "not_run":
                words = "Not run: the run had ended before."
            elif cell.kind == "code" and not cell.graded:
                words = f"Not run: it stands after `# {self.notebook.stop}`."
            if words:
                self.node.cells[cell.index].outputs = [note(words)]
        write(self.node, path, self.limits.notebook_mb)
