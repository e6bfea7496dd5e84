"""What people decide after the judge, applied to its grade."""

from __future__ import annotations

from typing import Any

import pytest
from samples_more import held, mistakes
from samples_report import grade, run as run_record

from grader.judge.decisions.apply import LatePolicy, Override, apply, late_days
from grader.records import Verdict

DUE = LatePolicy(due="2026-05-01T12:00:00+00:00", grace_minutes=10, per_day=0.1, most=0.5)


def said(kind: Any, **fields: Any) -> Override:
    """A decision on the sample grade."""
    return Override(kind=kind, submission="perfect", **fields)


def test_without_decisions_nothing_changes() -> None:
    """Also decisions on another submission change nothing."""
    start = grade()
    assert apply(start, []) == start
    assert apply(start, [Override(kind="total", submission="other", points=1)]) == start


def test_an_override_moves_criterion_and_total() -> None:
    """Its status follows its points; the last word wins; the judge's grade is not touched."""
    start = grade()
    first = said("override", criterion="cut", points=3, why="a")
    done = apply(start, [first, said("override", criterion="cut", points=4, why="b", by="ta")])
    verdict = next(v for v in done.verdicts if v.criterion == "cut")
    assert (verdict.points, verdict.status, done.points) == (4, "partial", 94)
    (one,) = done.adjustments
    assert (one.before, one.after, one.why, one.by) == (10, 4, "b", "ta")
    assert start.points == 100
    assert done == apply(start, [said("override", criterion="cut", points=4, why="b", by="ta")])


def test_what_the_check_said_ends_where_a_person_decides_otherwise() -> None:
    """The reason stands there instead; with the same status its words stay."""
    start = mistakes()
    fallen = next(v for v in start.verdicts if v.status == "failed" and v.hint)
    name, named = start.submission.id, fallen.criterion

    def after(points: float, why: str = "") -> Verdict:
        given = Override(kind="override", submission=name, criterion=named, points=points, why=why)
        return next(v for v in apply(start, [given]).verdicts if v.criterion == named)

    raised = after(fallen.max_points, "argued well")
    assert raised.message == "A person decided this: argued well"
    assert not raised.hint and not raised.cause and not raised.misconceptions
    assert after(fallen.max_points).message == "A person decided this."
    assert after(0) == fallen


@pytest.mark.parametrize(("points", "status"), [(0, "failed"), (10, "passed"), (12, "passed")])
def test_the_status_follows_the_points(points: float, status: str) -> None:
    """More than the maximum is a bonus that a person may give."""
    done = apply(grade(), [said("override", criterion="cut", points=points)])
    assert next(v for v in done.verdicts if v.criterion == "cut").status == status


def test_a_withdrawn_override_gives_back_what_the_judge_said() -> None:
    """The trail keeps both lines."""
    lines = [
        said("override", criterion="cut", points=3),
        said("override", criterion="loss", points=1),
        said("withdraw", what="override", criterion="cut"),
    ]
    assert apply(grade(), lines).points == 96
    assert apply(grade(), [*lines, said("withdraw", what="override")]).points == 100


def test_what_does_not_fit_is_kept_and_not_applied() -> None:
    """A criterion that is gone after a change of the rubric; another notebook."""
    done = apply(
        grade(),
        [
            said("override", criterion="gone", points=1),
            said("total", points=5, sha256="0" * 64),
        ],
    )
    assert done.points == 100
    assert [one.applied for one in done.adjustments] == [False, False]
    assert "no such criterion" in done.adjustments[0].why
    assert "another notebook" in done.adjustments[1].why


def test_a_hold_ends_only_by_a_person() -> None:
    """By deciding every error, by a total, by saying so; not by any other override."""
    start = held()
    name = start.submission.id
    other = Override(kind="override", submission=name, criterion="cut", points=1)
    assert apply(start, [other]).held
    decided = apply(
        start, [Override(kind="override", submission=name, criterion="frozen", points=12)]
    )
    assert (decided.held, decided.held_because) == (False, "")
    assert not apply(start, [Override(kind="total", submission=name, points=50)]).held
    assert not apply(start, [Override(kind="release", submission=name)]).held
    stale = Override(kind="release", submission=name, sha256="0" * 64)
    assert apply(start, [stale]).held


def test_a_fault_of_ours_is_not_ended_by_one_criterion() -> None:
    """When the run itself failed, all verdicts stand on nothing."""
    start = held().model_copy(update={"run": run_record(party="ours")})
    one = Override(kind="override", submission=start.submission.id, criterion="frozen", points=12)
    assert apply(start, [one]).held


@pytest.mark.parametrize(
    ("moment", "hours", "days"),
    [
        ("2026-05-01T12:10:00+00:00", 0, 0),
        ("2026-05-01T12:10:01+00:00", 0, 1),
        ("2026-05-02T12:10:00+00:00", 0, 1),
        ("2026-05-02T12:10:01+00:00", 0, 2),
        ("2026-05-02T12:10:01+00:00", 24, 1),
        ("2026-05-01T14:10:00+02:00", 0, 0),
        ("2026-04-30T00:00:00+00:00", 0, 0),
    ],
)
def test_late_days_are_begun_days(moment: str, hours: float, days: int) -> None:
    """After due time, grace and extension, whatever the time zone."""
    assert late_days(DUE, moment, hours) == days


def test_lateness_costs_and_an_extension_helps() -> None:
    """A share of what was earned or of the maximum, never more than `most`."""
    late = said("submitted", moment="2026-05-03T12:00:00+00:00")
    assert apply(grade(), [late], DUE).points == 80
    assert apply(grade(), [late, said("extension", hours=48)], DUE).points == 100
    assert (
        apply(mistakes(), [late.model_copy(update={"submission": "many-mistakes"})], DUE).points
        == 52
    )
    maximum = DUE.model_copy(update={"of": "maximum"})
    poor = [late, said("total", points=10)]
    assert apply(grade(), poor, maximum).points == 0
    very = said("submitted", moment="2026-06-03T12:00:00+00:00")
    assert apply(grade(), [very], DUE).points == 50


def test_an_exempt_or_held_grade_is_not_late() -> None:
    """What does not count cannot lose points."""
    late = said("submitted", moment="2026-05-03T12:00:00+00:00")
    done = apply(grade(), [late, said("exempt")], DUE)
    assert (done.exempt, done.points) == (True, 100)


def test_a_time_without_offset_is_refused() -> None:
    """It would mean two things."""
    with pytest.raises(ValueError, match="offset"):
        late_days(DUE, "2026-05-03T12:00:00")
