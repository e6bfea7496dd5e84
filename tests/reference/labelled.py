"""The labelled cases and how they are graded in tests."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment import load_assignment
from grader.assignment.data import find_data
from grader.intake import Source
from grader.records import Cache, Evidence, Grade
from grader.run import Setting
from grader.sandbox import choose

REFERENCE = Path(__file__).parent.parent.parent / "reference" / "horses-vs-humans"
EXPECTED: dict[str, dict[str, Any]] = json.loads((REFERENCE / "expected.json").read_text())
RECIPE = [name for name, case in EXPECTED.items() if case["mode"] == "recipe"]
ASSIGNMENT = load_assignment("horses-vs-humans")
ANY = "any"
"""Allowed for the accuracy alone: whether a wrong model passes there, training decides."""
CELL_S = 40
"""An honest cell of the cases needs less than ten seconds, however busy the machine is."""
LOOP_S = 20
"""The same for cases that are about loops: a looping cell or function costs this much."""


def setting(out: Path, training: str = "recipe", *, jobs: int = 1, cell_s: int = CELL_S) -> Setting:
    """The way an instructor grades, with the small stand-in and a short limit for cells."""
    limits = ASSIGNMENT.limits.model_copy(update={"cell_s": cell_s})
    short = ASSIGNMENT.model_copy(update={"limits": limits})
    return Setting(
        assignment=ASSIGNMENT.really_trained() if training == "notebook" else short,
        assets=find_data(ASSIGNMENT, "small"),
        sandbox=choose(),
        cache=Cache.default(),
        training="notebook" if training == "notebook" else "recipe",
        threads=max(1, (os.cpu_count() or 1) // jobs),
        share=False,  # what an earlier session of the tests found proves nothing
        out=out,
    )


def sources(names: list[str]) -> list[Source]:
    """The notebooks of these cases."""
    return [
        Source(id=name, path=REFERENCE / EXPECTED[name]["notebook"], shown=name) for name in names
    ]


def unnumbered(text: str) -> str:
    """Names of layers in a message of Keras without their numbers."""
    return re.sub(r"(?<=[a-z])_\d+\b", "", text)


@dataclass(frozen=True)
class Case:
    """What came of a labelled case; without a grade it is a fault of ours."""

    grade: Grade | None
    evidence: Evidence | None
    problem: str = ""


def grade_of(case: Case) -> Grade:
    assert case.grade is not None, case.problem
    return case.grade


def evidence_of(case: Case) -> Evidence:
    """As it was before measuring."""
    assert case.evidence is not None, case.problem
    return case.evidence.model_copy(update={"measured": None})


def differences(graded: Grade, case: dict[str, Any]) -> dict[str, Any]:
    """Criterion → (status, what it should be, message), where they differ.

    A criterion that is not named in expected.json stands under `others`; one that was skipped
    because of another does what a failed one does.
    """
    wrong = {}
    for verdict in graded.verdicts:
        wanted = case["verdicts"].get(verdict.criterion, case["others"])
        skipped = verdict.status == "skipped" and wanted != "passed"
        if not skipped and wanted not in (verdict.status, ANY):
            wrong[verdict.criterion] = (verdict.status, wanted, verdict.message)
    return wrong
