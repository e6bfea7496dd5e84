"""Verdicts by the recipe against those of notebooks that trained themselves, on the same notebooks:

    python -m benchmarks.agreement [--every 12 | --cases NAME ...] [--scale small]

Every so-many-th labelled case of the reference that runs to its end, right and mistaken ones, is
graded twice: with training by the recipe, and with `--training notebook`, where `fit` really runs
and its weights are measured. Prints what both ways cost and each verdict in which they differ; the
exit status is 1 when there is one. Of some mistaken models no label says whether their accuracy
passes, as training decides that; where it does so both ways differently, it is told apart.
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


CASES: dict[str, dict[str, Any]] = json.loads((REFERENCE / "expected.json").read_text())


def chosen(every: int) -> list[str]:
    """Cases that end by themselves and are for training by the recipe."""
    return [name for name, case in CASES.items() if _ends(case)][::every]


def _ends(case: dict[str, Any]) -> bool:
    runs = case["run"] in ([], ["finished"]) and "runs" not in case["verdicts"]
    return bool(case["mode"] == "recipe" and runs and not case["slow"])


def open_to(name: str, criterion: str) -> bool:
    """Whether no label says how that criterion ends."""
    return bool(CASES[name]["verdicts"].get(criterion, CASES[name]["others"]) == "any")


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
    parser.add_argument("--cases", nargs="*", choices=CASES, metavar="NAME")
    parser.add_argument("--scale", default="small")
    given = parser.parse_args()
    names = given.cases or chosen(given.every)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        place = Path(name)
        (place / "in").mkdir()
        for one in names:
            shutil.copyfile(REFERENCE / CASES[one]["notebook"], place / "in" / f"{one}.ipynb")
        found = both(place, given.scale)
    for way, (cost, _) in found.items():
        each = cost.wall_s / len(names), cost.cpu_s / len(names)
        print(f"{way}: {each[0]:.1f} s and {each[1]:.1f} s of processor a notebook")
    recipe, own = found["recipe"][1], found["notebook"][1]
    if recipe.keys() != own.keys():
        raise SystemExit(f"not graded both ways: {', '.join(recipe.keys() ^ own.keys())}")
    differ = [
        (open_to(one, criterion), f"{one} {criterion}: {said} by the recipe, {other} by its own")
        for one, mine in recipe.items()
        for criterion, said in mine.items()
        if (other := own[one].get(criterion)) != said
    ]
    total = sum(len(mine) for mine in recipe.values())
    print(f"{total - len(differ)} of {total} verdicts of {len(recipe)} notebooks are equal")
    print("\n".join(f"  {words}{' (training decides)' * left}" for left, words in differ))
    sys.exit(not all(left for left, _ in differ))


if __name__ == "__main__":
    main()
