"""How many of a messy class end with exactly their verdicts: `python -m benchmarks.messy_class`.

A hundred submissions in every format, layout, spelling and mistake that real classes have, graded
by the command that an instructor uses. Prints the share exactly as expected, and the rest.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.measuring import ROOT, timed

REFERENCE = ROOT / "reference" / "horses-vs-humans"
NOT_COMPARED = {"runs"}
"""Whether a notebook runs through is no merit of a messy one, and carries no points."""


def generator() -> ModuleType:
    """`reference/horses-vs-humans/messy_class.py` as a module."""
    spec = importlib.util.spec_from_file_location("messy_class", REFERENCE / "messy_class.py")
    if spec is None or spec.loader is None:
        raise SystemExit("messy_class.py cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differences(grade: dict[str, Any] | None, wanted: dict[str, Any]) -> list[str]:
    """What is not as expected, in words; [] when everything is."""
    if grade is None:
        return ["there is no grade"]
    if grade["held"] or wanted["held"]:
        reason = grade["held_because"] or "graded"
        return [] if grade["held"] == wanted["held"] else [f"held: {reason}"]
    found = []
    for verdict in grade["verdicts"]:
        name, status = verdict["criterion"], verdict["status"]
        if name in NOT_COMPARED or (name == "accuracy" and not wanted["full"]):
            continue
        expected = wanted["verdicts"].get(name, "passed")
        if expected == "any":
            continue
        blocked = {status, expected} <= {"failed", "skipped"}
        if status != expected and not blocked:
            found.append(f"{name} {status}, expected {expected}: {verdict['message']}")
    return found


def graded(out: Path) -> dict[str, dict[str, Any]]:
    """Id → its grade."""
    found = {}
    for pointer in out.rglob("current"):
        grade = json.loads((pointer.parent / pointer.read_text() / "grade.json").read_text())
        found[grade["submission"]["id"]] = grade
    return found


def main() -> None:
    """Make the class, grade it, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="small")
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--revisions", default="c", help="Letters, e.g. abc.")
    parser.add_argument("--out", type=Path, help="Keep the class and its grades here.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-messy-") as name:
        folder = chosen.out or Path(name)
        expected = generator().write(folder / "class", tuple(chosen.revisions))
        paths = sorted(str(path) for path in (folder / "class").iterdir())
        more = ("-a", REFERENCE.name, "--out", str(folder / "runs"), "--scale", chosen.scale)
        seconds = timed("grade", *paths, *more, "--jobs", chosen.jobs).wall_s
        found = graded(folder / "runs")
    exact = 0
    for one, wanted in expected.items():
        wrong = differences(found.get(one), wanted)
        exact += not wrong
        for words in wrong:
            print(f"  {one} ({wanted['mess']}): {words}")
    extra = sorted(set(found) - set(expected))
    print(f"not expected at all: {', '.join(extra)}" if extra else "no other submissions")
    print(f"{exact} of {len(expected)} with exactly their verdicts; {seconds:.0f} s")
    sys.exit(exact != len(expected) or bool(extra))


if __name__ == "__main__":
    main()
