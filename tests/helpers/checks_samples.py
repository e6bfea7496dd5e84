"""What the checks of the assignment say of evidence."""

from __future__ import annotations

from evidence_samples import (
    assignment,
)

from grader.records import Evidence, Finding
from grader.records.errors import MissingEvidence

CRITERIA = {criterion.id: criterion for criterion in assignment().criteria}
HEAD = "create_final_model"


def finding(criterion: str, evidence: Evidence) -> Finding:
    told = CRITERIA[criterion]
    return assignment().checks[told.check](evidence, **told.arguments)


def share(criterion: str, evidence: Evidence) -> float:
    try:
        return finding(criterion, evidence).share
    except MissingEvidence:
        return 0.0


OF_THE_HEAD = ("functional-model", "frozen-final", "dense-head", "dropout", "output-unit", "loss")
OF_THE_DATA = ("train-data", "validation-data", "batch-and-size", "labels")
