"""The instructor's judge at a student's desk: the same criteria, and what cannot be known there.

Nothing is judged twice or otherwise: criteria that look at hidden data are found by asking their
checks, set aside and named; all others go through `judge` as in the instructor's run.
"""

from collections.abc import Iterator

from grader.assignment import Assignment, Criterion
from grader.judge import NOT_MEASURED, judge
from grader.records import Evidence, Grade, NotMeasured, Record, Verdict

HIDDEN_DATA = "Not known here: it is decided on hidden data, which only your instructor has."

NO_ASSIGNMENT = "There is no assignment here to check it by."
PUT_BACK = "Put the notebook back into the folder that you were given"


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
        return tuple(v for v in self.grade.verdicts if v.criterion not in self.unknown)

    @property
    def passed(self) -> bool:
        """Whether everything that can be known here is as it was asked for."""
        return not self.grade.held and all(v.status == "passed" for v in self.known)


def judge_here(
    assignment: Assignment,
    evidence: Evidence,
    functions: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
) -> SelfCheck:
    """Judge what can be known from this evidence.
    functions: only criteria about these, what was measured (and those that they need); () for all.
    also: what is to be said besides, in plain sentences."""
    shown = [c for c in assignment.criteria if c.visibility == "visible"]
    if functions:
        shown = _about(functions, shown, assignment, evidence)
    unknown = _unknown(assignment, evidence, shown)
    known = tuple(c for c in shown if c not in unknown)
    graded = judge(_narrowed(assignment, known), evidence)
    errors = [verdict.title for verdict in graded.verdicts if verdict.status == "error"]
    because = "" if graded.held_because == NOT_MEASURED else graded.held_because
    if errors and not because:
        because = f"A check of ours failed: {', '.join(errors)}."
    verdicts = {verdict.criterion: verdict for verdict in graded.verdicts}
    verdicts |= {criterion.id: _not_known(criterion) for criterion in unknown}
    said = (*_said(assignment, unknown), *also)
    notes = (*said, *evidence.submission.notes)
    return SelfCheck(
        grade=graded.model_copy(
            update={
                "held": bool(because),
                "held_because": because,
                "verdicts": tuple(verdicts[criterion.id] for criterion in shown),
                "submission": evidence.submission.model_copy(update={"notes": notes}),
            }
        ),
        unknown=tuple(criterion.id for criterion in unknown),
        said=said,
    )


def about(criterion: Criterion) -> tuple[str, ...]:
    """The functions that a criterion is about; () when it is about the whole."""
    return tuple(name for side in _sides(criterion) for name in side)


def _sides(criterion: Criterion) -> list[list[str]]:
    """The function that it names, and those of which a notebook has one: it looks at both sides."""
    single = criterion.arguments.get("function")
    several = criterion.arguments.get("functions", ())
    sides = [[single], several if isinstance(several, list | tuple) else ()]
    named = [[name for name in side if isinstance(name, str)] for side in sides]
    return [side for side in named if side]


def _is_about(criterion: Criterion, functions: tuple[str, ...]) -> bool:
    """Whether it can be judged by these functions alone."""
    sides = _sides(criterion)
    return bool(sides) and all(set(side) & set(functions) for side in sides)


def _about(
    functions: tuple[str, ...],
    shown: list[Criterion],
    assignment: Assignment,
    evidence: Evidence,
) -> list[Criterion]:
    """The criteria about these functions, and those that were measured, with what they need."""
    wanted = {criterion.id for criterion in shown if _is_about(criterion, functions)}
    if evidence.measured is not None:
        blank = evidence.model_copy(update={"measured": None})
        wanted |= {c.id for c in shown if _asks_for_measuring(assignment, blank, c)}
    for criterion in reversed(shown):  # what a criterion needs stands above it
        if criterion.id in wanted:
            wanted |= set(criterion.needs)
    return [criterion for criterion in shown if criterion.id in wanted]


def _unknown(assignment: Assignment, evidence: Evidence, shown: list[Criterion]) -> list[Criterion]:
    """Criteria whose checks ask for a measurement that there is none of, and what needs them."""
    known: set[str] = set()
    unknown = []
    for criterion in shown:
        needs_unknown = not known >= set(criterion.needs)
        if needs_unknown or _asks_for_measuring(assignment, evidence, criterion):
            unknown.append(criterion)
        else:
            known.add(criterion.id)
    return unknown


def _asks_for_measuring(assignment: Assignment, evidence: Evidence, criterion: Criterion) -> bool:
    try:
        assignment.checks[criterion.check](evidence, **criterion.arguments)
    except NotMeasured:
        return True
    except Exception:  # noqa: BLE001 - the judge meets it again and says it
        return False
    return False


def _narrowed(assignment: Assignment, known: tuple[Criterion, ...]) -> Assignment:
    """The assignment with these criteria; misconceptions that look at others are only named."""
    ids = {criterion.id for criterion in known}
    named = tuple(
        misconception
        if set(misconception.when) <= ids
        else misconception.model_copy(update={"when": {}})
        for misconception in assignment.misconceptions
    )
    return assignment.model_copy(update={"criteria": known, "misconceptions": named})


def _not_known(criterion: Criterion) -> Verdict:
    return Verdict(
        criterion=criterion.id,
        title=criterion.title,
        status="skipped",
        points=0,
        max_points=criterion.points,
        message=HIDDEN_DATA,
        why=criterion.why,
        objective=criterion.objective,
    )


def _said(assignment: Assignment, unknown: list[Criterion]) -> Iterator[str]:
    for criterion in unknown:
        yield (
            f"“{criterion.title}” ({criterion.points:g} points) is decided on hidden data. "
            "They are not here, so it cannot be known here and is not counted."
        )
    hidden = [c.points for c in assignment.criteria if c.visibility != "visible"]
    points = sum(hidden) + assignment.hidden_points
    if hidden or points:
        yield f"{points:g} more points are decided by criteria that only your instructor sees."
