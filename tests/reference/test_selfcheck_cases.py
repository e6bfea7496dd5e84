"""A student's `grader check` gives the points of the instructor's run, for every labelled case."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from labelled import (
    ASSIGNMENT,
    EXPECTED,
    RECIPE,
    REFERENCE,
    Case,
    evidence_of,
    grade_of,
    setting,
    unnumbered,
)

from grader.records import Grade, Verdict
from grader.selfcheck import file as selfcheck
from grader.selfcheck.data import OWN
from grader.selfcheck.judged import SelfCheck, judge_here

pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(3600)]
UNKNOWN = ("accuracy",)
"""What is decided on hidden images: shown, named, not counted."""
REALLY_RUN = ("solution", "template", "cut-mixed5", "dropout-before-dense", "not-frozen",
              "head-raises", "labels-one-hot", "model-is-subclassed")  # fmt: skip


def nameless(verdict: Verdict) -> Verdict:
    """With layers' names without the numbers that Keras gives them as they come in a kernel."""
    return verdict.model_copy(
        update={
            "message": unnumbered(verdict.message),
            "seen": unnumbered(verdict.seen),
            "where": tuple(map(unnumbered, verdict.where)),
        }
    )


def agree(own: SelfCheck, graded: Grade) -> None:
    """Word by word and point by point, but for what hidden images decide."""
    theirs = {one.criterion: one for one in graded.verdicts}
    assert own.unknown == UNKNOWN
    assert [one.criterion for one in own.grade.verdicts] == list(theirs)
    for verdict in own.known:
        assert nameless(verdict) == nameless(theirs[verdict.criterion])
    counted = sum(one.points for one in graded.verdicts if one.criterion not in UNKNOWN)
    assert own.grade.points == pytest.approx(counted)
    lost = sum(theirs[name].max_points for name in UNKNOWN)
    assert own.grade.max_points == pytest.approx(graded.max_points - lost)
    for name in UNKNOWN:
        assert any(theirs[name].title in sentence for sentence in own.said)


@pytest.mark.parametrize("name", RECIPE)
def test_the_same_evidence_gives_the_same_points(name: str, outcomes: dict[str, Case]) -> None:
    """All cases: the evidence of the instructor's run, judged as at a student's desk."""
    case = outcomes[name]
    agree(judge_here(ASSIGNMENT, evidence_of(case)), grade_of(case))


@pytest.mark.parametrize("name", REALLY_RUN)
def test_a_student_gets_what_the_instructor_gets(
    name: str, outcomes: dict[str, Case], tmp_path: Path
) -> None:
    """Some cases really run a second time, as `grader check` runs them."""
    at = selfcheck.desk(REFERENCE / EXPECTED[name]["notebook"], setting(tmp_path).assignment)
    small = setting(tmp_path).assets
    own = dataclasses.replace(small, hidden=small.student / "validation", hidden_kind=OWN)
    here = dataclasses.replace(at.setting, assets=own, out=tmp_path)
    checked = selfcheck.check_file(dataclasses.replace(at, setting=here))
    agree(checked, grade_of(outcomes[name]))
    assert not list(tmp_path.rglob("weights_*.bin"))
