"""The instructor's judge at a student's desk: the same criteria, and what cannot be known there.

Nothing is judged twice or otherwise: criteria that look at hidden images are found by asking their
checks, set aside and named; all others go through `judge` as in the instructor's run.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.assignment import Assignment, Criterion
from grader.judge import NOT_MEASURED, judge
from grader.records import Evidence, Grade, MissingEvidence, NotMeasured, Record, Verdict

HIDDEN_IMAGES = "Not known here: it is decided on hidden images, which only your instructor has."
WHOLE_NOTEBOOK = "Not known here: it takes the whole notebook. `grader check` looks at it."


class SelfCheck(Record):
    """What a student gets to know, and what not."""

    grade: Grade
    """Points and most points are those that can be known here."""
    unknown: tuple[str, ...] = ()
    """Ids of criteria that are shown, and not known here."""
    said: tuple[str, ...] = ()
    """What this check cannot know or do here, in plain sentences."""

    @property
    def known(self) -> tuple[Verdict, ...]:
        """The verdicts that count here."""
        return tuple(one for one in self.grade.verdicts if one.criterion not in self.unknown)

    @property
    def passed(self) -> bool:
        """Whether everything that can be known here is as it was asked for."""
        return not self.grade.held and all(one.status == "passed" for one in self.known)


def judge_here(
    assignment: Assignment, evidence: Evidence, functions: tuple[str, ...] = ()
) -> SelfCheck:
    """Judge what can be known from this evidence.

    functions: only criteria about these, what was measured (and those that they need); () for all.
    """
    shown = [one for one in assignment.criteria if one.visibility == "visible"]
    if functions:
        wanted = {one.id for one in shown if _about(one, functions)}
        if evidence.measured is not None:
            blank = evidence.model_copy(update={"measured": None})
            wanted |= {one.id for one in shown if _asks_for_measuring(assignment, blank, one)}
        shown = _with_needed(shown, wanted)
    unknown = _unknown(assignment, evidence, shown)
    known = tuple(_alone(one, shown) for one in shown if one.id not in unknown)
    graded = judge(_narrowed(assignment, known), evidence)
    errors = [one.title for one in graded.verdicts if one.status == "error"]
    because = "" if graded.held_because == NOT_MEASURED else graded.held_because
    if errors and not because:
        because = f"A check of ours failed: {', '.join(errors)}."
    verdicts = {one.criterion: one for one in graded.verdicts}
    verdicts |= {one.id: _not_known(one) for one in shown if one.id in unknown}
    said = tuple(_said(assignment, shown, unknown))
    notes = (*said, *evidence.submission.notes)
    return SelfCheck(
        grade=graded.model_copy(
            update={
                "held": bool(because),
                "held_because": because,
                "verdicts": tuple(verdicts[one.id] for one in shown),
                "submission": evidence.submission.model_copy(update={"notes": notes}),
            }
        ),
        unknown=tuple(unknown),
        said=said,
    )


def about(criterion: Criterion) -> tuple[str, ...]:
    """The functions that a criterion is about; () when it is about the whole."""
    one, several = criterion.arguments.get("function"), criterion.arguments.get("functions", ())
    names = [one, *several] if isinstance(several, list | tuple) else [one]
    return tuple(name for name in names if isinstance(name, str))


def _about(criterion: Criterion, functions: Iterable[str]) -> bool:
    return bool(set(about(criterion)) & set(functions))


def _with_needed(shown: list[Criterion], wanted: set[str]) -> list[Criterion]:
    """In the rubric's order; what a criterion needs stands above it."""
    for criterion in reversed(shown):
        if criterion.id in wanted:
            wanted = wanted | set(criterion.needs)
    return [one for one in shown if one.id in wanted]


def _unknown(
    assignment: Assignment, evidence: Evidence, shown: list[Criterion]
) -> dict[str, Criterion]:
    """Criteria whose checks ask for a measurement that there is none of, and what needs them."""
    found: dict[str, Criterion] = {}
    there = {one.id for one in shown}
    for criterion in shown:
        needs_hidden = any(need in found or need not in there for need in criterion.needs)
        if needs_hidden or _asks_for_measuring(assignment, evidence, criterion):
            found[criterion.id] = criterion
    return found


def _asks_for_measuring(assignment: Assignment, evidence: Evidence, criterion: Criterion) -> bool:
    try:
        assignment.checks[criterion.check](evidence, **criterion.arguments)
    except NotMeasured:
        return True
    except MissingEvidence:
        return False
    except Exception:  # noqa: BLE001 - the judge meets it again and says it
        return False
    return False


def _alone(criterion: Criterion, shown: list[Criterion]) -> Criterion:
    there = {one.id for one in shown}
    return criterion.model_copy(
        update={"needs": tuple(need for need in criterion.needs if need in there)}
    )


def _narrowed(assignment: Assignment, criteria: tuple[Criterion, ...]) -> Assignment:
    """The assignment with these criteria; misconceptions that look at others are only named."""
    there = {one.id for one in criteria}
    named = tuple(
        one if set(one.when) <= there else one.model_copy(update={"when": {}})
        for one in assignment.misconceptions
    )
    return assignment.model_copy(update={"criteria": criteria, "misconceptions": named})


def _not_known(criterion: Criterion) -> Verdict:
    return Verdict(
        criterion=criterion.id,
        title=criterion.title,
        status="skipped",
        points=0,
        max_points=criterion.points,
        message=HIDDEN_IMAGES,
        why=criterion.why,
        objective=criterion.objective,
    )


def _said(
    assignment: Assignment, shown: list[Criterion], unknown: dict[str, Criterion]
) -> Iterable[str]:
    for criterion in unknown.values():
        yield (
            f"“{criterion.title}” ({criterion.points:g} points) is decided on hidden images. "
            "They are not here, so it cannot be known here and is not counted."
        )
    hidden = [one.points for one in assignment.criteria if one.visibility != "visible"]
    points = sum(hidden) + assignment.hidden_points
    if hidden or points:
        yield f"{points:g} more points are decided by criteria that only your instructor sees."
