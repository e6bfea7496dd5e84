"""Verdicts by the recipe against those of notebooks that trained themselves, on the same notebooks:

    python -m benchmarks.agreement [--every 12] [--scale small]

Every so-many-th labelled case of the reference that runs to its end, right and mistaken ones, is
graded twice: with training by the recipe, and with `--training notebook`, where `fit` really runs
and its weights are measured. Prints what both ways cost and each verdict in which they differ; the
exit status is 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measuring import Cost, grader
from benchmarks.messy_class import REFERENCE, graded

Verdicts = dict[str, tuple[str, float]]


def chosen(every: int) -> list[Path]:
    """Notebooks of cases that end by themselves and are for training by the recipe."""
    cases: dict[str, Any] = json.loads((REFERENCE / "expected.json").read_text())
    usable = [
        REFERENCE / case["notebook"]
        for case in cases.values()
        if case["mode"] == "recipe" and case["run"] in ([], ["finished"]) and not case["slow"]
    ]
    return usable[::every]


def verdicts(out: Path) -> dict[str, Verdicts]:
    """Submission → criterion → (status, points)."""
    return {
        one: {each["criterion"]: (each["status"], each["points"]) for each in grade["verdicts"]}
        for one, grade in graded(out).items()
    }


def both(place: Path, scale: str) -> dict[str, tuple[Cost, dict[str, Verdicts]]]:
    """Way → (cost, verdicts)."""
    found = {}
    for way in ("recipe", "notebook"):
        words = ["grade", str(place / "in"), "--out", str(place / way), "--scale", scale]
        cost = grader(*words, "--training", way, "--force", log=place / f"{way}.log")
        found[way] = cost, verdicts(place / way)
    return found


def main() -> None:
    """Grade twice, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=12)
    parser.add_argument("--scale", default="small")
    given = parser.parse_args()
    notebooks = chosen(given.every)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        place = Path(name)
        (place / "in").mkdir()
        for notebook in notebooks:
            shutil.copyfile(notebook, place / "in" / notebook.name)
        found = both(place, given.scale)
    for way, (cost, _) in found.items():
        each = cost.wall_s / len(notebooks), cost.cpu_s / len(notebooks)
        print(f"{way}: {each[0]:.1f} s and {each[1]:.1f} s of processor a notebook")
    recipe, own = found["recipe"][1], found["notebook"][1]
    if recipe.keys() != own.keys():
        raise SystemExit(f"not graded both ways: {', '.join(recipe.keys() ^ own.keys())}")
    unequal = [
        f"{one} {criterion}: {said} by the recipe, {own[one].get(criterion)} by its own training"
        for one, mine in recipe.items()
        for criterion, said in mine.items()
        if own[one].get(criterion) != said
    ]
    total = sum(len(mine) for mine in recipe.values())
    print(f"{total - len(unequal)} of {total} verdicts of {len(recipe)} notebooks are equal")
    print("\n".join(f"  {words}" for words in unequal))
    sys.exit(bool(unequal))


if __name__ == "__main__":
    main()
