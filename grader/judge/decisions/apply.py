"""What people decide after the judge: overrides, comments, exemptions, extensions, lateness.

`apply` is pure: the judge's grade in, the adjusted grade out, the judge's own file untouched.
So a re-grade keeps every decision, and withdrawing one gives back what the judge said.
"""

import datetime
import math
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from grader.records import Adjustment, Grade, Record, Share, Verdict

Kind = Literal[
    "override", "total", "comment", "exempt", "extension", "submitted", "release", "withdraw"
]
OF_THE_NOTEBOOK = ("override", "total", "release")
"""Decisions about one notebook: they end when the student hands in another. The rest is about
the person and stays."""
DECIDED = "A person decided this"
OTHER_NOTEBOOK = " (not applied: given for another notebook)"


class Override(Record):
    """One decision of a person: a line of the trail, or of a class's file."""

    kind: Kind
    submission: str
    criterion: str = ""
    """For `override`; for `withdraw` the criterion whose override ends, or "" for all of `what`."""
    what: str = ""
    """For `withdraw`: the kind that ends."""
    points: float | None = Field(default=None, ge=0)
    hours: float | None = Field(default=None, ge=0)
    """For `extension`."""
    moment: str = ""
    """For `submitted`: when it was handed in, ISO with offset."""
    why: str = ""
    """The reason; for `comment` the words for the student."""
    by: str = ""
    at: str = ""
    sha256: str = ""
    """The notebook it was decided on; "" fits every one."""


class LatePolicy(Record):
    """What lateness costs. Without `due` nothing is late."""

    due: str = ""
    """ISO with offset."""
    grace_minutes: float = Field(default=0, ge=0)
    per_day: Share = 0.0
    """Lost for every begun day, as a share."""
    most: Share = 1.0
    """Never more than this."""
    of: Literal["earned", "maximum"] = "earned"


def apply(grade: Grade, overrides: Iterable[Override], policy: LatePolicy | None = None) -> Grade:
    """The grade with every decision in it. Pure; equal inputs, equal grades.

    An override that names no criterion of this grade, or a notebook that was replaced, is kept
    as an adjustment that was not applied, with the reason. Raises ValueError for a moment that
    is no ISO time with offset.
    """
    id_ = grade.submission.id
    standing = _standing([decision for decision in overrides if decision.submission == id_])
    verdicts, adjustments = _criteria(grade, standing)
    # the judge's total moved by what changed: its own rounding or capping stays
    change = sum(v.points for v in verdicts) - sum(v.points for v in grade.verdicts)
    points, more = _total(grade, standing, round(grade.points + change, 4))
    adjustments += more
    held = grade.held and not _released(grade, standing)
    exempt = grade.exempt or any(decision.kind == "exempt" for decision in standing)
    if not held and not exempt:
        points, late = _late(grade, standing, policy or LatePolicy(), points)
        adjustments += late
    for kinds in (("comment", "exempt"), ("release",) if grade.held else ()):
        adjustments += [_plain(decision) for decision in standing if decision.kind in kinds]
    return grade.model_copy(
        update={
            "verdicts": tuple(verdicts),
            "points": points,
            "held": held,
            "held_because": grade.held_because if held else "",
            "exempt": exempt,
            "adjustments": (*grade.adjustments, *adjustments),
        }
    )


def parse_moment(text: str) -> datetime.datetime:
    """An ISO time with an offset. Raises ValueError otherwise: a bare time means two things."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write for example 2026-05-01T23:59:00+02:00")
    return moment


def late_days(policy: LatePolicy, submitted: str, extension_hours: float = 0.0) -> int:
    """Begun days after the due time, the extension and the grace."""
    if not policy.due or not submitted:
        return 0
    allowed = datetime.timedelta(hours=extension_hours, minutes=policy.grace_minutes)
    over = parse_moment(submitted) - parse_moment(policy.due) - allowed
    return max(0, math.ceil(over / datetime.timedelta(days=1)))


def _standing(mine: list[Override]) -> list[Override]:
    """The decisions that hold: the last word on each matter, in order; comments all stay."""
    kept: dict[tuple[str, ...], Override] = {}
    for index, decision in enumerate(mine):
        if decision.kind == "withdraw":
            kept = {
                key: other
                for key, other in kept.items()
                if other.kind != decision.what or decision.criterion not in ("", other.criterion)
            }
            continue
        comment = str(index) if decision.kind == "comment" else ""
        key = (decision.kind, decision.criterion, comment)
        kept.pop(key, None)
        kept[key] = decision
    return list(kept.values())


def _fits(grade: Grade, decision: Override) -> bool:
    other = decision.sha256 and decision.sha256 != grade.submission.sha256
    return not (decision.kind in OF_THE_NOTEBOOK and other)


def _criteria(grade: Grade, standing: list[Override]) -> tuple[list[Verdict], list[Adjustment]]:
    verdicts = {verdict.criterion: verdict for verdict in grade.verdicts}
    adjustments: list[Adjustment] = []
    for decision in standing:
        if decision.kind != "override" or decision.points is None:
            continue
        verdict = verdicts.get(decision.criterion)
        if verdict is None:
            adjustments.append(_plain(decision, " (not applied: no such criterion now)"))
        elif not _fits(grade, decision):
            adjustments.append(_plain(decision, OTHER_NOTEBOOK))
        else:
            adjustments.append(_plain(decision, before=verdict.points, after=decision.points))
            status = "partial" if decision.points > 0 else "failed"
            status = "passed" if decision.points >= verdict.max_points else status
            changed: dict[str, Any] = {"points": decision.points, "status": status}
            if status != verdict.status:  # what the check said of it holds no longer
                why = f"{DECIDED}: {decision.why}" if decision.why else f"{DECIDED}."
                changed |= {"message": why, "hint": "", "cause": "", "misconceptions": ()}
            verdicts[decision.criterion] = verdict.model_copy(update=changed)
    return list(verdicts.values()), adjustments


def _total(grade: Grade, standing: list[Override], points: float) -> tuple[float, list[Adjustment]]:
    adjustments = []
    for decision in standing:
        if decision.kind != "total" or decision.points is None:
            continue
        if _fits(grade, decision):
            adjustments.append(_plain(decision, before=points, after=decision.points))
            points = decision.points
        else:
            adjustments.append(_plain(decision, OTHER_NOTEBOOK))
    return points, adjustments


def _released(grade: Grade, standing: list[Override]) -> bool:
    """A person ends a hold by saying so, by setting the total, or by deciding each error."""
    fitting = [decision for decision in standing if _fits(grade, decision)]
    if any(decision.kind in ("total", "release") for decision in fitting):
        return True
    errors = {v.criterion for v in grade.verdicts if v.status == "error"}
    decided = {decision.criterion for decision in fitting if decision.kind == "override"}
    return bool(errors) and errors <= decided and grade.run.party == "student"


def _late(
    grade: Grade, standing: list[Override], policy: LatePolicy, points: float
) -> tuple[float, list[Adjustment]]:
    last = {decision.kind: decision for decision in standing}
    extension, submitted = last.get("extension"), last.get("submitted")
    days = late_days(
        policy, submitted.moment if submitted else "", (extension and extension.hours) or 0.0
    )
    adjustments = [_plain(extension)] if extension else []
    share = min(policy.most, policy.per_day * days)
    if share <= 0:
        return points, adjustments
    lost = share * (points if policy.of == "earned" else grade.max_points)
    after = round(max(0.0, points - lost), 4)
    why = f"{days} day{'s' if days > 1 else ''} late: {share:.0%} of {policy.of} points"
    adjustments.append(Adjustment(kind="late", before=points, after=after, why=why))
    return after, adjustments


def _plain(
    decision: Override,
    not_applied: str = "",
    *,
    before: float | None = None,
    after: float | None = None,
) -> Adjustment:
    """The decision as it went into the grade; `not_applied` says why it did not."""
    assert decision.kind not in ("submitted", "withdraw")  # noqa: S101  (narrows the type)
    return Adjustment(
        kind=decision.kind,
        criterion=decision.criterion,
        before=before,
        after=after,
        why=decision.why + not_applied,
        by=decision.by,
        at=decision.at,
        applied=not not_applied,
    )
