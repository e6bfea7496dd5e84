"""The course of one run: which cell, how it ended, what is noted in the executed notebook."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from grader.intake import Cell, Notebook, Piece, modules, pieces_of
from grader.records import CellRun, Lacking, Limits
from grader.run.kernel import GRACE_S, Ending, Kernel
from grader.run.outputs import CellOutputs, empty, note, write
from grader.run.places import Places
from grader.run.words import ADVICE, explained, reached, whose
from grader.sandbox import Exit, Running

ASKING = "asking the functions"
CellStatus = Literal["ok", "error", "timeout", "killed", "not_run"]
WORST: tuple[CellStatus, ...] = ("killed", "timeout", "error", "ok", "not_run")
"""Of the pieces of a cell the first of these says how the cell went."""
Place = tuple[int, int]
"""Index of a cell, and the line of it with which a piece begins."""
COUNT = re.compile(r"(?<=In\[)\d{1,5}(?=\])")


class Course:
    """Runs the cells, then asks the functions, and keeps what has happened so far."""

    limit: str = ""
    """The limit that ended the run, "died", "lost", or "" while the kernel lives."""
    cell: int | None = None
    """Index of the cell that ended the run."""
    line: int | None = None
    """Of that cell, where it was run in pieces."""
    ask_problem: str = ""

    def __init__(
        self,
        notebook: Notebook,
        limits: Limits,
        progress: Callable[[str, float], None],
        allowed: Mapping[Place, float] = {},
        lacking: tuple[Lacking, ...] = (),
    ) -> None:
        """progress: hears what runs, and the share that is done. allowed: seconds for what an
        earlier run has shown to take too long; 0 for what ended it."""
        self.notebook = notebook
        self.limits = limits
        self.progress = progress
        self.allowed = allowed
        self.lacking = {package.module: package for package in lacking}
        self.places_of: Callable[[Running], Places | None] = lambda running: None
        """Those of a tier that lacks them."""
        self.places: Places | None = None
        self.node = empty(notebook)
        self.cells: list[CellRun] = []
        self._counts: list[str] = []
        """Numbers, as the student counts, of the cells to which IPython's belong."""

    async def drive(self, start: Callable[[], Running], folder: Path, asking: str) -> None:
        """Every cell, then the questions; closes the connections whatever happens."""
        kernel = Kernel(self.limits)
        cells = [cell for cell in self.notebook.code if cell.source.strip()]
        try:
            await kernel.start(start, folder)
            self.places = self.places_of(kernel.running)
            if self.places:
                kernel.lacks(self.places)
            for number, cell in enumerate(cells):
                if self.limit:
                    self.cells.append(CellRun(index=cell.index, status="not_run"))
                    continue
                tick = self._tick(f"cell {number + 1} of {len(cells)}", number, len(cells))
                await self._run(kernel, cell, f"{number + 1}", tick)
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
        outputs, tick = CellOutputs(kernel.budget.cell_bytes), self._tick(ASKING, cells, cells)
        ending = await kernel.run(
            asking, outputs, seconds=self.limits.cell_s, tick=tick, history=False
        )
        if not ending.alive:
            self.limit = ending.limit
        self.ask_problem = ending.error or ending.limit

    async def _run(
        self, kernel: Kernel, cell: Cell, count: str, tick: Callable[[float], None]
    ) -> None:
        """A cell, piece by piece: one that fails does not keep the others from being run."""
        outputs = CellOutputs(kernel.budget.cell_bytes)
        waiting = pieces_of(cell)
        whole = len(waiting) == 1
        run = CellRun(index=cell.index, status="not_run")
        while waiting and not self.limit:
            piece = waiting.pop(0)
            seconds = self._seconds(kernel, cell, piece, run)
            if not seconds:
                continue
            self._counts.append(count)
            ending = await kernel.run(piece.source, outputs, seconds=seconds, tick=tick)
            smaller = piece.smaller() if ending.error else []
            if smaller:  # all of these are imports, which may be run twice
                outputs.forget_error()
                waiting[:0] = smaller
            else:
                run = self._noted(run, piece, ending, outputs, whole=whole)
            if ending.limit and not cell.apart:
                break
        self._record(run, outputs)

    def _seconds(self, kernel: Kernel, cell: Cell, piece: Piece, so_far: CellRun) -> float:
        """For a piece of a cell; 0 for one to leave out.

        Behind what ran away the time of the run is halved, so that some is left.
        """
        seconds = self.limits.cell_s - (0.0 if cell.apart else so_far.seconds)
        if any(run.status == "timeout" for run in (*self.cells, so_far)):
            seconds = min(seconds, kernel.left() / 2)
        return max(0.0, self.allowed.get((cell.index, piece.line), seconds))

    def _noted(
        self, run: CellRun, piece: Piece, ending: Ending, outputs: CellOutputs, *, whole: bool
    ) -> CellRun:
        """What is known of a cell, after one more piece of it."""
        error, line = ending.error, None if whole else piece.line
        absent = {name for node in piece.imports for name in modules(node)} & self.lacking.keys()
        if error and absent:
            error = ""
            outputs.notes += [
                f"`{name}` is not installed here: that is our lack." for name in absent
            ]
        elif error and piece.imports and not whole:
            outputs.notes.append("This import failed; the rest of the cell was run all the same.")
        status: CellStatus = "error" if error else "ok"
        if ending.limit and ending.alive:
            status, error = "timeout", f"Timeout: stopped after {ending.allowed:.0f} s"
            what = "cell" if whole else f"part of the cell (from line {line})"
            outputs.notes.append(
                f"This {what} was stopped after {ending.allowed:.0f} s; what follows was run. "
                f"{ADVICE['cell_s']}"
            )
        elif ending.limit:
            status = "killed"
            self.limit, self.cell, self.line = ending.limit, run.index, line
        news: dict[str, Any] = {"seconds": run.seconds + ending.seconds}
        if WORST.index(status) < WORST.index(run.status):
            news |= {"status": status, "error": explained(error, self.limits)}
            news |= {"line": line} if status != "ok" else {}
        return run.model_copy(update=news)

    def _record(self, run: CellRun, outputs: CellOutputs) -> None:
        if outputs.cut:
            outputs.notes.append(
                "The rest of this output was cut: "
                f"a cell may print {self.limits.cell_output_mb:g} MB."
            )
        nodes = outputs.nodes()
        for node in nodes:
            if node.output_type == "error":
                node.traceback = [COUNT.sub(self._count, line) for line in node.traceback]
        self.node.cells[run.index].outputs = nodes
        said = {name: "; ".join(getattr(outputs, name)) for name in ("shortened", "adapted")}
        seconds = round(run.seconds, 3)
        self.cells.append(run.model_copy(update=said | {"seconds": seconds}))

    def _count(self, match: re.Match[str]) -> str:
        """The number that a cell has where each is run once, as the student knows it."""
        number = int(match[0])
        return self._counts[number - 1] if 0 < number <= len(self._counts) else match[0]

    def why(self, ended: Exit) -> str:
        """Why the run ended early, for the student."""
        who = whose(self.cell, self.line)
        if self.limit == "cell_s":
            seconds = self.limits.cell_s + GRACE_S
            return (
                f"{who} did not stop when it was told to; it was ended after {seconds:g} s. "
                f"{ADVICE['cell_s']}"
            )
        if self.limit == "lost":
            return f"{who} broke the grader's connection to its Python process."
        limit = self.limit if self.limit in ("output_mb", "wall_s") else ended.limit
        said = "" if ended.party == "ours" else reached(limit, who, self.limits)
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
            if cell.index in runs and runs[cell.index].status == "not_run":
                left_out = any(index == cell.index for index, _ in self.allowed)
                words = (
                    "Not run this time: it ended the run when it was tried."
                    if left_out
                    else "Not run: the run had ended before."
                )
            elif cell.kind == "code" and not cell.graded:
                words = f"Not run: it stands after `# {self.notebook.stop}`."
            if words:
                self.node.cells[cell.index].outputs = [note(words)]
        write(self.node, path, self.limits.notebook_mb)
        if self.places:
            self.places.call_in(path.parent / "out" / "answers.json")
