"""What the checks find: the only part of judging that looks into the evidence."""

from __future__ import annotations

import logging
from typing import Protocol

from grader.assignment import Assignment, Criterion
from grader.evidence.graph import draw_diagram
from grader.records import Diagram, Evidence, Finding, Remembered

logger = logging.getLogger(__name__)
_drawn = Remembered(draw_diagram)


class Findings(Protocol):
    """What the judge asks."""

    def of(self, criterion: Criterion) -> Finding:
        """What the criterion's check finds. Raises what the check raises."""
        ...

    def diagram(self) -> Diagram | None:
        """The final model as built; None when there is none to see."""
        ...


class Asked:
    """Findings of checks that are run now."""

    def __init__(self, assignment: Assignment, evidence: Evidence) -> None:
        self._assignment = assignment
        self._evidence = evidence

    def of(self, criterion: Criterion) -> Finding:
        """Raises TypeError as well, for a check that returns no Finding."""
        check = self._assignment.checks[criterion.check]
        finding = check(self._evidence, **criterion.arguments)
        if not isinstance(finding, Finding):
            raise TypeError(f"returned a {type(finding).__name__}, no Finding")
        return finding

    def diagram(self) -> Diagram | None:
        final = self._evidence.graphs.get("final")
        if final is None or not final.layers:
            return None
        try:
            return _drawn.of(final)
        except (ValueError, LookupError):
            logger.exception("%s: no picture of the model", self._evidence.submission.id)
            return None
