"""Where the seconds went, by stage (`grader grade --profile`), from each `run.json`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from grader.records import Run, load


def stage_seconds(attempts: Sequence[Path]) -> list[tuple[str, float, float]]:
    """(stage, mean seconds, most seconds) over the attempts, in the order of the flow.

    Then, of the run: its cells alone, its sandbox as a whole, its processor seconds.
    """
    found: dict[str, list[float]] = {}
    for attempt in attempts:
        run = load(attempt / "run.json", Run)
        for stage, seconds in (run.stages if run else {}).items():
            found.setdefault(stage, []).append(seconds)
        if run and not run.reused_from:
            cells = sum(cell.seconds for cell in run.cells)
            found.setdefault("· cells", []).append(cells)
            found.setdefault("· sandbox", []).append(run.seconds)
            found.setdefault("· processor", []).append(run.cpu_seconds)
    return [(stage, sum(all_) / len(all_), max(all_)) for stage, all_ in found.items()]


def profile_table(attempts: Sequence[Path]) -> Table:
    """For the console."""
    table = Table(title="Seconds by stage", title_justify="left", pad_edge=False)
    table.add_column("stage")
    for name in ("mean", "most"):
        table.add_column(name, justify="right")
    for stage, mean, most in stage_seconds(attempts):
        table.add_row(Text(stage), f"{mean:.2f}", f"{most:.2f}")
    return table
