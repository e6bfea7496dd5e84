"""The labelled cases and how they are graded in tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.assignment import folder as assignment
from grader.assignment.data import find as assets
from grader.intake.sources import Source
from grader.pipeline import batch
from grader.records import Grade
from grader.records.cache import Cache
from grader.run import Setting
from grader.sandbox import choose

REFERENCE = Path(__file__).parent.parent.parent / "reference" / "horses-vs-humans"
EXPECTED: dict[str, dict[str, Any]] = json.loads((REFERENCE / "expected.json").read_text())
ANY = "any"
"""Allowed for the accuracy alone: whether a wrong model passes there, training decides."""
CELL_S = 40
"""A looping cell costs this much; an honest one of the cases needs less than ten seconds."""


def setting(out: Path, training: str = "recipe") -> Setting:
    """The way an instructor grades, with the small stand-in and a short limit for loops."""
    chosen = assignment.load_assignment("horses-vs-humans")
    limits = chosen.limits.model_copy(update={"cell_s": CELL_S})
    short = chosen.model_copy(update={"limits": limits})
    return Setting(
        assignment=chosen.really_trained() if training == "notebook" else short,
        assets=assets.find_data("small"),
        sandbox=choose(),
        cache=Cache.default(),
        training="notebook" if training == "notebook" else "recipe",
        share=False,  # what an earlier session of the tests found proves nothing
        out=out,
    )


def sources(names: list[str]) -> list[Source]:
    """The notebooks of these cases."""
    return [
        Source(id=name, path=REFERENCE / EXPECTED[name]["notebook"], shown=name) for name in names
    ]


def grade_of(outcome: batch.Outcome) -> Grade:
    """Its grade; a case without one is a fault of ours."""
    assert outcome.grade is not None, outcome.problem
    return outcome.grade


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
