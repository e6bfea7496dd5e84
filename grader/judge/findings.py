"""Findings that somebody keeps: goes with `grader/pipeline/findings.py`."""

from typing import Protocol

from grader.assignment import Assignment, Criterion
from grader.records import Diagram, Evidence, Finding


class Findings(Protocol):
    """What the judge takes in the place of running checks."""

    def of(self, criterion: Criterion) -> Finding: ...
    def diagram(self) -> Diagram | None: ...


class Asked:
    """Findings of checks that are run now."""

    def __init__(self, assignment: Assignment, evidence: Evidence) -> None:
        self._assignment = assignment
        self._evidence = evidence

    def of(self, criterion: Criterion) -> Finding:
        from grader.judge.grade import find  # noqa: PLC0415

        return find(self._assignment, criterion, self._evidence)

    def diagram(self) -> Diagram | None:
        from grader.judge.grade import diagram_of  # noqa: PLC0415

        return diagram_of(self._evidence)
