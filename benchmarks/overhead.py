"""What grading adds to a notebook's own cells: `python -m benchmarks.overhead [--count 8]`.

Notebooks that differ in their code and have one model are graded one after the other, and again:
the first time trains it and computes what probe images answer, which is kept. The second time is
looked at, without its first run, which starts the template: all stages from reading the submission
to its report, less the seconds of its cells. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.classes import make
from benchmarks.measuring import empty_home, grader
from grader.records import Run, attempts, load

RUN, CELLS, ALL = "run", "cells", "all together"


def added(run: Run) -> dict[str, float]:
    """Stage → seconds; the stage in which the notebook runs without its cells."""
    cells = sum(cell.seconds for cell in run.cells)
    parts = {**run.stages, RUN: run.stages[RUN] - cells}
    return {CELLS: cells, **parts, ALL: sum(parts.values())}


def graded(count: int, scale: str, sandbox: str) -> list[Run]:
    """The second runs of all but the first; raises SystemExit when one took another's."""
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        place = Path(name)
        make(place / "in", count + 1, 1)
        words = ["grade", str(place / "in"), "--scale", scale, "--sandbox", sandbox]
        home = empty_home(place / "home")
        for turn in ("first", "second"):
            more = ["--jobs", "1", "--no-share", "--out", str(place / turn)]
            grader(*words, *more, home=home, log=place / f"{turn}.log")
        return [_run(attempt) for attempt in sorted(attempts(place / "second"))[1:]]


def _run(attempt: Path) -> Run:
    run = load(attempt / "run.json", Run)
    if run is None or run.reused_from or RUN not in run.stages:
        raise SystemExit(f"{attempt.parent.name} was not run")
    return run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--scale", default="full")
    parser.add_argument("--sandbox", default="warm")
    given = parser.parse_args()
    found = [added(run) for run in graded(given.count, given.scale, given.sandbox)]
    print(f"{given.count} notebooks, scale {given.scale}, sandbox {given.sandbox}\n")
    print("| seconds | median | least | most |\n|---|---|---|---|")
    for part in found[0]:
        seconds = [one[part] for one in found]
        name = {RUN: "run without its cells", ALL: "**over the cells**"}.get(part, part)
        row = f"{statistics.median(seconds):.3f} | {min(seconds):.3f} | {max(seconds):.3f}"
        print(f"| {name} | {row} |")


if __name__ == "__main__":
    main()
