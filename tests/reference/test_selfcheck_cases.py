"""A student's `grader check` gives the points of the instructor's run, for every labelled case."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from graded_class import Classes
from labelled import HORSES, cases, evidence_of, grade_of, parted, unnumbered

from grader.assignment.data import show_as_hidden
from grader.records import Grade, Verdict
from grader.selfcheck import file as selfcheck
from grader.selfcheck.data import OWN
from grader.selfcheck.judged import SelfCheck, judge_here

pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(3600)]
UNKNOWN = ("accuracy",)
"""What is decided on hidden images: shown, named, not counted."""
REALLY_RUN = [
    *(f"{HORSES}/{name}" for name in (
        "solution", "template", "not-frozen", "head-raises", "model-is-subclassed")),
    *(f"digits-cnn/{name}" for name in ("labels-one-hot", "blank-model")),
]  # fmt: skip
"""Those of them that are graded this time are checked as well."""


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


@pytest.mark.parametrize("case", cases())
def test_the_same_evidence_gives_the_same_points(case: str, classes: Classes) -> None:
    """All cases: the evidence of the instructor's run, judged as at a student's desk."""
    labelled, name = parted(case)
    outcome = classes.of(labelled.slug).outcomes[name]
    agree(judge_here(labelled.assignment, evidence_of(outcome)), grade_of(outcome))


@pytest.mark.parametrize("case", sorted({*REALLY_RUN} & {*cases()}))
def test_a_student_gets_what_the_instructor_gets(
    case: str, classes: Classes, tmp_path: Path
) -> None:
    """Some cases really run a second time, as `grader check` runs them."""
    labelled, name = parted(case)
    setting = labelled.setting(tmp_path)
    at = selfcheck.desk(labelled.folder / labelled.expected[name]["notebook"], setting.assignment)
    small = setting.assets
    seen = show_as_hidden(small.student, labelled.assignment, tmp_path / "shown")
    own = dataclasses.replace(small, hidden=seen, hidden_kind=OWN)
    here = dataclasses.replace(at.setting, assets=own, out=tmp_path)
    checked = selfcheck.check_file(dataclasses.replace(at, setting=here))
    agree(checked, grade_of(classes.of(labelled.slug).outcomes[name]))
    assert not list(tmp_path.rglob("weights_*.bin"))
