"""How the cost grows: `python -m benchmarks.growth [--counts 1 10 100] [--shares 1 10 100]`.

For each size of class and each share of distinct models (in per cent) a class is made whose
notebooks all differ in their code, and graded twice by `grader grade`: with nothing in the cache,
then with trainings and features in it but no runs (`--no-share` and another folder). Prints a
Markdown table and writes a plot.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path

from benchmarks.classes import make
from benchmarks.measuring import Cost, empty_home, grader

ROOT = Path(__file__).parent.parent
FIGURE = ROOT / "docs" / "images" / "growth.svg"
HEADING = (
    "| notebooks | distinct models | cold: whole | a notebook | processor a notebook "
    "| warm: whole | a notebook | processor a notebook | grader | all processes |"
)


def graded(place: Path, count: int, models: int, scale: str) -> tuple[Cost, Cost]:
    """Cold, then warm."""
    make(place / "in", count, models)
    home = empty_home(place / "home")
    both = []
    for turn in ("cold", "warm"):
        words = ["grade", str(place / "in"), "--out", str(place / turn), "--scale", scale]
        both.append(grader(*words, "--no-share", home=home, log=place / f"{turn}.log"))
    return both[0], both[1]


def row(count: int, models: int, cold: Cost, warm: Cost) -> str:
    cells = [f"{count}", f"{models}"]
    for cost in (cold, warm):
        cells += [f"{cost.wall_s:.0f} s", f"{cost.wall_s / count:.1f} s"]
        cells += [f"{cost.cpu_s / count:.1f} s"]
    peak = max(cold.host_mb, warm.host_mb), max(cold.tree_mb, warm.tree_mb)
    return "| " + " | ".join([*cells, f"{peak[0]:.0f} MB", f"{peak[1]:.0f} MB"]) + " |"


def plot(found: list[tuple[int, int, float, float]], path: Path) -> None:
    """Seconds a notebook against the size of the class, a line for each temperature."""
    import matplotlib  # noqa: PLC0415 - only here

    matplotlib.use("svg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axis = pyplot.subplots(figsize=(6, 3.6))
    for name, place in (("empty cache", 2), ("features and trainings in the cache", 3)):
        points = sorted((one[0], one[place] / one[0]) for one in found)
        axis.plot(*zip(*points, strict=True), "o-", label=name)
    axis.set_xscale("log")
    axis.set_xlabel("notebooks in the class")
    axis.set_ylabel("seconds a notebook")
    axis.set_ylim(bottom=0)
    axis.legend()
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--shares", type=int, nargs="+", default=[1, 10, 100], help="per cent")
    parser.add_argument("--scale", default="full")
    parser.add_argument("--plot", type=Path, default=FIGURE)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, scale {given.scale}, "
          f"load of the machine before: {load:.1f}\n")  # fmt: skip
    print(HEADING + "\n" + "|---" * 10 + "|", flush=True)
    found = []
    pairs = {(count, max(1, count * share // 100)) for count in given.counts
             for share in given.shares}  # fmt: skip
    for count, models in sorted(pairs):
        with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
            cold, warm = graded(Path(name), count, models, given.scale)
        print(row(count, models, cold, warm), flush=True)
        found.append((count, models, cold.wall_s, warm.wall_s))
    print("\n" + json.dumps(found))
    plot(found, given.plot)


if __name__ == "__main__":
    main()
