"""What the stand-in costs and how it behaves: `python -m benchmarks.assets [--scale small full]`.

Makes each scale anew in a folder of its own, then trains the reference head on it by several seeds
(see `heads.py`), from the stand-in's weights and from none. Prints Markdown tables for
`docs/benchmarks.md`: seconds of wall and of processor, and the shares that the assets promise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.assignment import data as assets, load_assignment

ROOT = Path(__file__).parent.parent
ASSIGNMENT = load_assignment("horses-vs-humans")
LEAST, MOST = 0.97, 0.65
"""Promised: with the weights at least, and without them at most."""
HALF, MARGIN = 0.5, 0.2
"""An untrained head guesses."""


def cpu_seconds() -> float:
    """Of this process and of all its children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def making(scale: str, seed: int | None) -> tuple[assets.AssetStore, list[str]]:
    """The store and its row: scale, wall seconds, processor seconds, found again in, megabytes."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    store = assets.make_data(ASSIGNMENT, scale, seed)
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    again = time.perf_counter()
    assets.make_data(ASSIGNMENT, scale, seed)
    again = time.perf_counter() - again
    size = sum(path.stat().st_size for path in store.root.rglob("*") if path.is_file())
    return store, [scale, f"{wall:.0f} s", f"{cpu:.0f} s", f"{again:.2f} s", f"{size / 1e6:.0f}"]


def trainings(root: Path, *words: str) -> list[dict[str, list[float]]]:
    """What `heads.py` measured."""
    command = [sys.executable, "-m", "benchmarks.heads", str(root), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def behaviour(store: assets.AssetStore, seeds: list[int]) -> list[list[str]]:
    """Rows: scale, what, worst and best share over the seeds, the promise, whether it held."""
    words = ["--seeds", *map(str, seeds)]
    with_weights = trainings(store.root, *words)
    without = trainings(store.root, "--seeds", str(seeds[0]), "--no-weights")
    learned = [one["hidden"][-1] for one in with_weights]
    blank = [one["hidden"][-1] for one in without]
    untrained = [float(one["untrained"]) for one in with_weights]  # type: ignore[arg-type]
    scale = store.record.scale
    return [
        row(scale, f"head by the recipe ({store.recipe_epochs} epochs)", learned,
            f"≥ {LEAST}", min(learned) >= LEAST),
        row(scale, "the same on random weights", blank, f"≤ {MOST}", max(blank) <= MOST),
        row(scale, "head untrained", untrained, "about 0.5",
            all(abs(share - HALF) <= MARGIN for share in untrained)),
    ]  # fmt: skip


def row(scale: str, what: str, shares: list[float], promise: str, held: bool) -> list[str]:
    """One line of the second table."""
    span = f"{min(shares):.3f} – {max(shares):.3f}"
    return [scale, what, str(len(shares)), span, promise, "yes" if held else "NO"]


def table(heading: list[str], rows: list[list[str]]) -> None:
    """Print a Markdown table."""
    for line in (heading, ["---"] * len(heading), *rows):
        print("| " + " | ".join(line) + " |")


def main() -> None:
    """Command line; status 1 when a promise did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", nargs="+", default=["small", "full"])
    parser.add_argument("--seed", type=int, help="of the stand-in")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of the heads")
    parser.add_argument("--here", action="store_true", help="use what is there, make nothing anew")
    given = parser.parse_args()
    costs, shares = [], []
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        if not given.here:
            os.environ["GRADER_HOME"] = folder
        for scale in given.scale:
            store, cost = making(scale, given.seed)
            costs.append(cost)
            shares += behaviour(store, given.seeds)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}\n")
    table(["scale", "made in", "processor", "found again in", "MB"], costs)
    print()
    table(["scale", "what", "trainings", "hidden images right", "promised", "held"], shares)
    sys.exit(any(line[-1] == "NO" for line in shares))


if __name__ == "__main__":
    main()
