"""Verdicts of variants against their labels: false accepts, false rejects, and how sure that is."""

from dataclasses import dataclass
from typing import NamedTuple

from grader.assignment import Assignment
from grader.audit.audit import Audit
from grader.audit.variants import RANK, Variant
from grader.judge import judge
from grader.measure import wilson

CONFIDENCE = 0.95
MEASURED = "accuracy_at_least"
"""The check that asks for a training: asked only where an equal model has been trained before."""


class Wrong(NamedTuple):
    variant: Variant
    criterion: str
    status: str
    expected: str
    message: str

    @property
    def is_false_accept(self) -> bool:
        return RANK[self.status] > RANK[self.expected]


@dataclass
class Tally:
    """One criterion over all variants."""

    criterion: str
    right: int = 0
    """Variants that have to pass it."""
    mistaken: int = 0
    """Variants that must not."""
    false_accepts: int = 0
    false_rejects: int = 0

    @property
    def variants(self) -> int:
        return self.right + self.mistaken

    @property
    def interval(self) -> tuple[float, float]:
        wrong = self.false_accepts + self.false_rejects
        return wilson(wrong, self.variants, CONFIDENCE) if self.variants else (0.0, 1.0)


def compare_verdicts(
    audit: Audit, assignment: Assignment, not_asked: frozenset[str]
) -> tuple[list[Tally], list[Wrong]]:
    """Per criterion how often the verdict was the expected one, and every one that was not."""
    tallies = {c.id: Tally(c.id) for c in assignment.criteria if c.id not in not_asked}
    checks = {criterion.id: criterion.check for criterion in assignment.criteria}
    wrong: list[Wrong] = []
    for variant in audit.variants:
        evidence = audit.known(variant)
        if evidence is None:
            continue
        # the accuracy is asked of right variants whose model is one that was trained
        training = evidence.measured
        trained = variant.right and training is not None and training.status == "ok"
        for verdict in judge(assignment, evidence).verdicts:
            tally = tallies.get(verdict.criterion)
            if tally is None or (checks[verdict.criterion] == MEASURED and not trained):
                continue
            wanted = variant.wants(verdict.criterion)
            tally.right += wanted == "passed"
            tally.mistaken += wanted != "passed"
            if RANK[verdict.status] != RANK[wanted]:
                mistake = Wrong(variant, verdict.criterion, verdict.status, wanted, verdict.message)
                wrong.append(mistake)
                tally.false_accepts += mistake.is_false_accept
                tally.false_rejects += not mistake.is_false_accept
    return list(tallies.values()), wrong
