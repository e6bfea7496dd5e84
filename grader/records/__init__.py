"""The nouns of the grader as frozen records. Facts only: words for readers live in templates.

Every record that is written to disk carries `schema_version`; units are in the names.
"""

from __future__ import annotations

from grader.records.common import (
    SCHEMA_VERSION,
    AnswerStatus,
    Party,
    Record,
    RunStatus,
    Share,
    VerdictStatus,
)
from grader.records.evidence import (
    Answer,
    Assets,
    Curve,
    Evidence,
    Measured,
    Relabelled,
    Training,
)
from grader.records.grade import (
    Adjustment,
    Finding,
    Grade,
    Link,
    Misconception,
    Provenance,
    Verdict,
)
from grader.records.model import Block, Diagram, Graph, Layer, Loss, Optimizer, WeightArray
from grader.records.run import CellRun, Run, Submission

__all__ = [
    "SCHEMA_VERSION",
    "Adjustment",
    "Answer",
    "AnswerStatus",
    "Assets",
    "Block",
    "CellRun",
    "Curve",
    "Diagram",
    "Evidence",
    "Finding",
    "Grade",
    "Graph",
    "Layer",
    "Link",
    "Loss",
    "Measured",
    "Misconception",
    "Optimizer",
    "Party",
    "Provenance",
    "Record",
    "Relabelled",
    "Run",
    "RunStatus",
    "Share",
    "Submission",
    "Training",
    "Verdict",
    "VerdictStatus",
    "WeightArray",
]
