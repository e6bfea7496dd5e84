"""All labelled cases through the real sandbox with real TensorFlow, once a session.

Those that differ from a solution in graded cells alone are asked many in one kernel (`in_pieces`),
the rest, and one in six of these, are graded whole, as a class.
"""

from __future__ import annotations

import functools
from pathlib import Path

import in_pieces
from in_pieces import Pieced
from labelled import LOOP_S, Case, Labelled, of

from grader.judge import judge
from grader.pipeline import all_for, grade_all
from grader.records import attempts, load_evidence

JOBS = 2


class GradedClass:
    """The labelled notebooks of one assignment; each way is gone when it is first asked for."""

    def __init__(self, labelled: Labelled, folder: Path) -> None:
        self.labelled = labelled
        self.folder = folder
        self.runs = folder / "runs"
        """Where the batch of `whole` keeps its run folders."""

    @functools.cached_property
    def pieces(self) -> dict[str, Pieced]:
        """Every chosen case that can be asked beside others."""
        chosen = self.labelled.chosen()
        return {n: case for n, case in in_pieces.pieces(self.labelled).items() if n in chosen}

    @functools.cached_property
    def whole(self) -> dict[str, Case]:
        """What is graded as a submission, two at once."""
        labelled = self.labelled
        asked_apart = set(self.pieces) - set(in_pieces.run_whole_as_well(self.pieces))
        names = [name for name in labelled.chosen() if name not in asked_apart]
        loops = [name for name in names if labelled.expected[name]["slow"]]
        here = labelled.setting(self.runs, jobs=JOBS)
        longer = labelled.setting(self.runs, jobs=JOBS, cell_s=LOOP_S)
        others = labelled.sources(name for name in names if name not in loops)
        done = grade_all(all_for(here, others), jobs=JOBS)
        if loops:
            done += grade_all(all_for(longer, labelled.sources(loops)), jobs=JOBS)
        cases = {}
        for outcome in done:
            (attempt,) = attempts(here.folder / outcome.source.id)
            evidence = load_evidence(attempt)
            cases[outcome.source.id] = Case(outcome.grade, evidence, outcome.problem)
        return cases

    @functools.cached_property
    def asked_apart(self) -> dict[str, Case]:
        """What can be asked beside others, two kernels at once; after those that are run whole, so
        that what was trained for them is known."""
        assert self.whole
        here = self.labelled.setting(self.folder / "pieces", jobs=JOBS)
        failed = in_pieces.ask(self.pieces, here, self.folder / "pieces" / "work", jobs=JOBS)
        cases = {}
        for name, case in self.pieces.items():
            evidence = case.evidence(here)
            graded = judge(here.assignment, evidence) if evidence else None
            cases[name] = Case(graded, evidence, failed.get(name, ""))
        return cases

    @functools.cached_property
    def outcomes(self) -> dict[str, Case]:
        """Every case of the recipe mode; as it was graded whole, where it was."""
        return {**self.asked_apart, **self.whole}


class Classes:
    """The classes of all assignments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.graded: dict[str, GradedClass] = {}

    def of(self, slug: str) -> GradedClass:
        if slug not in self.graded:
            self.graded[slug] = GradedClass(of(slug), self.folder / slug)
        return self.graded[slug]
