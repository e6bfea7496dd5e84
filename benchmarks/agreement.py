"""Verdicts of the quick way against those of a slow one, on the same notebooks:

    python -m benchmarks.agreement [--slow notebook | cold] [--every 12 | --cases NAME ...]
                                   [--scale small]

Every so-many-th labelled case of the reference that runs to its end, right and mistaken ones, is
graded twice: as ever, and with `--training notebook`, where `fit` really runs and its weights are
measured; or, `cold`, with a fresh interpreter for each notebook, no run shared and an empty cache.
Prints what both ways cost and each verdict in which they differ; the exit status is 1 when there is
one. Of some mistaken models no label says whether their accuracy passes, as training decides that;
where a notebook's own training does so differently, it is told apart.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measuring import Cost, empty_home, grader
from benchmarks.messy_class import REFERENCE, graded

Verdicts = dict[str, tuple[str, float]]
QUICK, COLD = "quick", "cold"
WAYS = {
    QUICK: ("--force",),
    "notebook": ("--training", "notebook", "--force"),
    COLD: ("--sandbox", "bubblewrap", "--no-share"),
}
"""Way → options of `grader grade`."""

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


def both(place: Path, scale: str, slow: str) -> dict[str, tuple[Cost, dict[str, Verdicts]]]:
    """Way → (cost, verdicts)."""
    found = {}
    for way in (QUICK, slow):
        words = ["grade", str(place / "in"), "--out", str(place / way), "--scale", scale]
        home = empty_home(place / "home") if way == COLD else None
        cost = grader(*words, *WAYS[way], home=home, log=place / f"{way}.log")
        found[way] = cost, verdicts(place / way)
    return found


def differences(
    quick: dict[str, Verdicts], slow: dict[str, Verdicts], *, decided: bool
) -> list[tuple[bool, str]]:
    """(whether only training decides it, in words) of each verdict that is not equal.

    decided: whether even what no label decides has to be equal.
    """
    return [
        (
            not decided and open_to(one, criterion),
            f"{one} {criterion}: {said} by the quick way, {other} by the slow one",
        )
        for one, mine in quick.items()
        for criterion, said in mine.items()
        if (other := slow[one].get(criterion)) != said
    ]


def main() -> None:
    """Grade twice, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", choices=[way for way in WAYS if way != QUICK], default="notebook")
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
        found = both(place, given.scale, given.slow)
    for way, (cost, _) in found.items():
        each = cost.wall_s / len(names), cost.cpu_s / len(names)
        print(f"{way}: {each[0]:.1f} s and {each[1]:.1f} s of processor a notebook")
    quick, slow = found[QUICK][1], found[given.slow][1]
    if quick.keys() != slow.keys():
        raise SystemExit(f"not graded both ways: {', '.join(quick.keys() ^ slow.keys())}")
    differ = differences(quick, slow, decided=given.slow == COLD)
    total = sum(len(mine) for mine in quick.values())
    print(f"{total - len(differ)} of {total} verdicts of {len(quick)} notebooks are equal")
    print("\n".join(f"  {words}{' (training decides)' * left}" for left, words in differ))
    sys.exit(not all(left for left, _ in differ))


if __name__ == "__main__":
    main()
