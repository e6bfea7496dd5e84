"""Grades as the judge really hands them over, for whoever needs some."""

from __future__ import annotations

from evidence_samples import assignment, evidence, final, measured, plain, with_answer, with_graph

from grader.judge.grade import judge
from grader.records import Answer, CellRun, Evidence, Grade, Run


def sample_evidence() -> dict[str, Evidence]:
    """Name → evidence: right, unfrozen, unfinished, crashed, held."""
    raised = Answer(status="raised", error="TypeError: 'NoneType' object is not callable")
    crashed = Run(status="died", message="The process ended by itself.", tier="bubblewrap",
                  cells=(CellRun(index=4, status="killed"),))  # fmt: skip
    ours = Run(status="died", party="ours", message="The sandbox could not be started.")
    return {
        "right": evidence(),
        "unfrozen": with_graph("final", final(trainable=True)),
        "no-dropout": with_graph("final", final([plain("Flatten")])),
        "unfinished": with_answer("create_final_model", raised).model_copy(
            update={"graphs": {}, "measured": measured(0, status="not_measurable", message="")}
        ),
        "crashed": evidence(
            run=crashed, answers={}, graphs={}, weights={},
            measured=measured(0, status="not_measurable", message="There is no model."),
        ),
        "held": evidence(run=ours, measured=None),
    }  # fmt: skip


def sample_grades() -> dict[str, Grade]:
    """Name → grade of `sample_evidence`."""
    return {name: judge(assignment(), one) for name, one in sample_evidence().items()}
