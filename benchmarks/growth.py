"""How the cost grows: `python -m benchmarks.growth [--counts 1 10 100] [--shares 1 10 100]`.

For each size of class and each share of distinct models (in per cent) a class is made whose
notebooks all differ in their code (with `--own text` in a comment only, so that those with one
model share a run), and graded by `grader grade` with nothing in the cache; for the
smallest share once more with trainings and features in it but no runs (`--no-share` and another
folder): then no model is trained, whatever the share. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.classes import OWN, make
from benchmarks.measuring import Cost, empty_home, grader

HEADING = (
    "| notebooks | distinct models | cold: whole | a notebook | processor a notebook "
    "| warm: whole | a notebook | processor a notebook | grader | all processes |"
)


class Found(NamedTuple):
    """One class; `warm` only for the smallest share of its size."""

    count: int
    share: int
    models: int
    cold: Cost
    warm: Cost | None


def graded(count: int, share: int, scale: str, own: str, *, also_warm: bool) -> Found:
    """Make the class and grade it."""
    models = max(1, count * share // 100)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        place = Path(name)
        make(place / "in", count, models, own=own)
        home = empty_home(place / "home")

        def turn(what: str) -> Cost:
            words = ["grade", str(place / "in"), "--out", str(place / what), "--scale", scale]
            more = ["--no-share"] if own == "code" else []
            return grader(*words, *more, home=home, log=place / f"{what}.log")

        return Found(count, share, models, turn("cold"), turn("warm") if also_warm else None)


def row(one: Found) -> str:
    cells = [f"{one.count}", f"{one.models}"]
    for cost in (one.cold, one.warm):
        if cost is None:
            cells += ["", "", ""]
            continue
        cells += [f"{cost.wall_s:.0f} s", f"{cost.wall_s / one.count:.1f} s"]
        cells += [f"{cost.cpu_s / one.count:.1f} s"]
    measured = [cost for cost in (one.cold, one.warm) if cost]
    peaks = max(cost.host_mb for cost in measured), max(cost.tree_mb for cost in measured)
    return "| " + " | ".join([*cells, f"{peaks[0]:.0f} MB", f"{peaks[1]:.0f} MB"]) + " |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--shares", type=int, nargs="+", default=[1, 10, 100], help="per cent")
    parser.add_argument("--own", default="code", choices=OWN)
    parser.add_argument("--scale", default="full")
    parser.add_argument("--cold-only", action="store_true", help="nothing once more, warm")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, {platform.machine()}, scale {given.scale}, "
          f"load of the machine before: {load:.1f}\n")  # fmt: skip
    print(HEADING + "\n" + "|---" * 10 + "|", flush=True)
    warm_too = given.own == "code" and not given.cold_only
    for count in sorted(given.counts):
        # a share that gives no other number of models than a smaller one is no class of its own
        shares = {max(1, count * share // 100): share for share in sorted(given.shares)[::-1]}
        for place, share in enumerate(sorted(shares.values())):
            warm = warm_too and not place
            print(row(graded(count, share, given.scale, given.own, also_warm=warm)), flush=True)


if __name__ == "__main__":
    main()
