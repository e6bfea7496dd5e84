"""The labelled cases of every assignment, and how they are graded in tests."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turns import tried

from grader.assignment import Assignment, load_assignment
from grader.assignment.data import find_data
from grader.audit.run import NOT_TRAINED
from grader.intake import Source
from grader.records import Cache, Evidence, Grade
from grader.run import Setting
from grader.sandbox import choose

REFERENCES = Path(__file__).parent.parent.parent / "reference"
SLUGS = tuple(sorted(path.parent.name for path in REFERENCES.glob("*/expected.json")))
HORSES = "horses-vs-humans"
SOLUTION = "None: the solution."
"""What a solution says of its change."""
ANY = "any"
"""Allowed for the accuracy alone: whether a wrong model passes there, training decides."""
CELL_S = 90
"""An honest cell of the cases needs less than fifteen seconds, however busy the machine is."""
LOOP_S = 40
"""The same for cases that are about loops: a looping cell or function costs this much."""


@dataclass(frozen=True)
class Labelled:
    """The labelled notebooks of one assignment."""

    slug: str

    @property
    def folder(self) -> Path:
        return REFERENCES / self.slug

    @property
    def flat_apart(self) -> bool:
        """Whether flat code is asked many in one kernel: where every revision is flat."""
        return not any(revision.functions for revision in self.assignment.revisions)

    @functools.cached_property
    def assignment(self) -> Assignment:
        return load_assignment(self.slug)

    @functools.cached_property
    def expected(self) -> dict[str, dict[str, Any]]:
        """Name of a case → what `expected.json` says of it."""
        return dict(json.loads((self.folder / "expected.json").read_text()))

    def names(self, mode: str = "recipe") -> list[str]:
        """Of the cases for this kind of training."""
        return [name for name, case in self.expected.items() if case["mode"] == mode]

    def chosen(self, mode: str = "recipe") -> list[str]:
        """The cases that are graded this time: solutions and templates, and of the others every
        sixth one, other ones with every change of our programs. All of them take an hour on a slow
        machine."""
        names = self.names(mode)
        always = {name for name in names if self._is_given(name)}
        others = set(tried(sorted(name for name in names if name not in always), 6))
        return [name for name in names if name in always | others]

    def _is_given(self, name: str) -> bool:
        return self.expected[name]["change"] == SOLUTION or name.startswith("template")

    def sources(self, names: Iterable[str]) -> list[Source]:
        """The notebooks of these cases."""
        return [
            Source(id=name, path=self.folder / self.expected[name]["notebook"], shown=name)
            for name in names
        ]

    def setting(
        self, out: Path, training: str = "recipe", *, jobs: int = 1, cell_s: int = CELL_S
    ) -> Setting:
        """The way an instructor grades, with the small stand-in and a short limit for cells."""
        limits = self.assignment.limits.model_copy(update={"cell_s": cell_s})
        short = self.assignment.model_copy(update={"limits": limits})
        really = training == "notebook"
        return Setting(
            assignment=self.assignment.really_trained() if really else short,
            assets=find_data(self.assignment, "small"),
            sandbox=choose(),
            cache=Cache.default(),
            training="notebook" if really else "recipe",
            threads=max(1, (os.cpu_count() or 1) // jobs),
            share=False,  # what an earlier session of the tests found proves nothing
            out=out,
        )


@functools.cache
def of(slug: str) -> Labelled:
    """The labelled notebooks of an assignment."""
    return Labelled(slug)


def cases(mode: str = "recipe") -> list[str]:
    """The chosen cases of every assignment for this kind of training, as `slug/name`."""
    return [f"{slug}/{name}" for slug in SLUGS for name in of(slug).chosen(mode)]


def parted(case: str) -> tuple[Labelled, str]:
    """`slug/name` → the class that it belongs to, and its name there."""
    slug, _, name = case.partition("/")
    return of(slug), name


def unnumbered(text: str) -> str:
    """Names of layers in a message of Keras without their numbers."""
    return re.sub(r"(?<=[a-z])_\d+\b", "", text)


@dataclass(frozen=True)
class Case:
    """What came of a labelled case; without a grade it is a fault of ours."""

    grade: Grade | None
    evidence: Evidence | None
    problem: str = ""

    @property
    def untrained(self) -> bool:
        """Asked apart, and nobody has trained an equal model: nothing is known of its accuracy."""
        model = self.evidence.measured if self.evidence else None
        return model is not None and model.message == NOT_TRAINED


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
