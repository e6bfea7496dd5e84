"""Criteria × evidence → grade. Pure: no file, no clock, no TensorFlow; milliseconds.

What a student did wrong becomes a verdict. What *we* did wrong holds the grade for a person: a
check that raises or returns no Finding, a run or a measurement that failed for a reason of ours.
"""

import logging
from collections.abc import Mapping

from grader.assignment import Assignment, Criterion
from grader.evidence.graph import draw_diagram
from grader.judge.checks.finding import left_as
from grader.records import (
    ANOTHER_NOTEBOOK,
    NO_EAGER,
    UNREADABLE,
    Diagram,
    Evidence,
    Finding,
    Grade,
    Link,
    Misconception,
    MissingEvidence,
    Provenance,
    Verdict,
    VerdictStatus,
    __version__,
)

logger = logging.getLogger(__name__)
OURS = "This part could not be judged, for a reason that is not yours. A person will look at it."
NOT_MEASURED = "The model was not measured."
NO_ASSIGNMENT = "No assignment"
"""Title of what belongs to none."""
DIGITS = 2
BLOCKING: tuple[VerdictStatus, ...] = ("failed", "skipped", "error")
"""A criterion that earned a part does not block what builds on it."""


def judge(assignment: Assignment, evidence: Evidence) -> Grade:
    """The grade of one submission. Equal inputs, equal grades; never raises for bad evidence."""
    if evidence.run.limit == ANOTHER_NOTEBOOK:
        return not_judged(evidence, assignment)
    verdicts: dict[str, Verdict] = {}
    for criterion in assignment.criteria:
        verdicts[criterion.id] = _verdict(assignment, criterion, evidence, verdicts)
    held_because = _held_because(assignment, evidence, verdicts)
    return Grade(
        assignment=assignment.slug,
        title=assignment.title,
        submission=evidence.submission,
        points=round(sum(verdict.points for verdict in verdicts.values()), DIGITS),
        max_points=assignment.max_points,
        held=bool(held_because),
        held_because=held_because,
        verdicts=tuple(verdicts.values()),
        first_to_fix=_first_to_fix(verdicts),
        misconceptions=_misconceptions(assignment, verdicts),
        run=evidence.run,
        diagram=_diagram(assignment, evidence),
        measured=evidence.measured,
        objectives={objective.id: objective.title for objective in assignment.objectives},
        provenance=_provenance(assignment, evidence),
    )


def not_judged(evidence: Evidence, assignment: Assignment | None = None) -> Grade:
    """Held without one verdict: there is nothing that the criteria could be asked about.

    assignment: the one that it was handed in for, None where nobody knows.
    """
    return Grade(
        assignment=evidence.assignment,
        title=assignment.title if assignment else NO_ASSIGNMENT,
        submission=evidence.submission,
        points=0.0,
        max_points=assignment.max_points if assignment else 0.0,
        held=True,
        held_because=_held_because(assignment, evidence, {}),
        verdicts=(),
        run=evidence.run,
        provenance=Provenance(
            grader=__version__,
            assignment_sha256=assignment.sha256 if assignment else "",
            assets=evidence.assets,
            tier=evidence.run.tier,
            training=evidence.run.training,
            seed=0,
            versions=evidence.run.versions,
        ),
    )


def _verdict(
    assignment: Assignment, criterion: Criterion, evidence: Evidence, above: Mapping[str, Verdict]
) -> Verdict:
    blocked = tuple(need for need in criterion.needs if above[need].status in BLOCKING)
    if blocked:
        titles = ", ".join(f"“{above[need].title}”" for need in blocked)
        finding = Finding(share=0.0, message=f"Not looked at: it builds on {titles}.")
        return _worded(assignment, criterion, finding, "skipped", blocked)
    try:
        finding = _finding(assignment, criterion, evidence)
    except MissingEvidence as missing:
        message = str(missing.args[0] if missing.args else "") or "There is nothing to look at."
        return _worded(assignment, criterion, Finding(share=0.0, message=message), "failed")
    except Exception:  # fails closed: a bug in a check never becomes points, nor a lack of them
        logger.exception("%s: check %s", evidence.submission.id, criterion.check)
        return _worded(assignment, criterion, Finding(share=0.0, message=OURS), "error")
    return _worded(assignment, criterion, finding, _status(finding.share))


def _finding(assignment: Assignment, criterion: Criterion, evidence: Evidence) -> Finding:
    """What the criterion's check finds. Raises what the check raises, TypeError where it returns no
    Finding, ValueError where it names a misconception that the TOML does not have."""
    finding = assignment.checks[criterion.check](evidence, **criterion.arguments)
    if not isinstance(finding, Finding):
        raise TypeError(f"returned a {type(finding).__name__}, no Finding")
    unknown = set(finding.misconceptions) - {named.id for named in assignment.misconceptions}
    if unknown:
        raise ValueError(f"names misconceptions that the TOML does not have: {sorted(unknown)}")
    return finding


def _diagram(assignment: Assignment, evidence: Evidence) -> Diagram | None:
    """The final model as built; None when there is none to see."""
    network, final = assignment.data.network, evidence.graphs.get("final")
    if final is None or not final.layers:
        return None
    try:
        return draw_diagram(final, network.blocks if network else "")
    except (ValueError, LookupError):
        logger.exception("%s: no picture of the model", evidence.submission.id)
        return None


def _status(share: float) -> VerdictStatus:
    if share >= 1:
        return "passed"
    return "partial" if share > 0 else "failed"


def _worded(
    assignment: Assignment,
    criterion: Criterion,
    finding: Finding,
    status: VerdictStatus,
    blocked_by: tuple[str, ...] = (),
) -> Verdict:
    """The finding with the rubric's words; the hint only where something is to be mended."""
    lessons = (assignment.lessons[lesson] for lesson in criterion.lessons)
    return Verdict(
        criterion=criterion.id,
        title=criterion.title,
        status=status,
        points=round(criterion.points * finding.share, DIGITS),
        max_points=criterion.points,
        message=finding.message,
        seen=finding.seen,
        expected=finding.expected,
        why=criterion.why,
        hint=criterion.hint if status in ("failed", "partial") else "",
        objective=criterion.objective,
        lessons=tuple(Link(title=lesson.title, url=lesson.url) for lesson in lessons),
        blocked_by=blocked_by,
        visibility=criterion.visibility,
        where=finding.where,
        misconceptions=finding.misconceptions,
    )


def _held_because(
    assignment: Assignment | None, evidence: Evidence, verdicts: Mapping[str, Verdict]
) -> str:
    """Why a person has to look, or ""."""
    if evidence.run.limit in (ANOTHER_NOTEBOOK, UNREADABLE):
        return evidence.run.message
    if evidence.run.party != "student":
        reason = evidence.run.message or evidence.run.limit or evidence.run.status
        return f"The run ended for a reason that need not be the student's: {reason}"[:500]
    lost = any(v.status != "passed" and v.max_points > 0 for v in verdicts.values())
    noted = [note for note in evidence.submission.notes if note.startswith(NO_EAGER) and lost]
    if noted:
        return f"{noted[0]} What is missing may be right: a person looks at it."
    return _not_judged(assignment, evidence, verdicts)


def _not_judged(
    assignment: Assignment | None, evidence: Evidence, verdicts: Mapping[str, Verdict]
) -> str:
    """What measuring or a check of ours left open, or ""."""
    measured = evidence.measured
    if measured is None and (assignment is None or assignment.recipe is not None):
        return NOT_MEASURED
    if measured is not None and measured.status == "failed":
        return f"Measuring failed for a reason of ours: {measured.message}"[:500]
    errors = [verdict.title for verdict in verdicts.values() if verdict.status == "error"]
    if errors and measured is not None and measured.status == "not_rebuilt":
        return f"The model may be right, and we cannot rebuild it: {measured.message}"[:500]
    return f"A check of ours failed: {', '.join(errors)}."[:500] if errors else ""


def _first_to_fix(verdicts: Mapping[str, Verdict]) -> str:
    """The first failed criterion from the top, else the first that got a part only.

    The rubric goes through the notebook from top to bottom: what comes first is most often why
    the rest fails. What carries no points comes last.
    """
    paid = [verdict for verdict in verdicts.values() if verdict.max_points]
    unpaid = [verdict for verdict in verdicts.values() if not verdict.max_points]
    for group in (paid, unpaid):
        for status in ("failed", "partial"):
            for verdict in group:
                if verdict.status == status and verdict.visibility == "visible":
                    return verdict.criterion
    return ""


def _misconceptions(
    assignment: Assignment, verdicts: Mapping[str, Verdict]
) -> tuple[Misconception, ...]:
    """Those that a finding names, and those whose `when` holds as a whole, in the TOML's order."""
    shown = {id_ for verdict in verdicts.values() for id_ in verdict.misconceptions}
    misconceptions = []
    for named in assignment.misconceptions:
        holds = bool(named.when) and all(
            verdicts[criterion].status in statuses for criterion, statuses in named.when.items()
        )
        if named.id in shown or holds:
            lesson = assignment.lessons.get(named.lesson)
            misconceptions.append(
                Misconception(
                    id=named.id,
                    title=named.title,
                    next_step=named.next_step,
                    lesson=Link(title=lesson.title, url=lesson.url) if lesson else None,
                )
            )
    return tuple(misconceptions)


def _provenance(assignment: Assignment, evidence: Evidence) -> Provenance:
    measured = evidence.measured
    keras = next((graph.keras for graph in evidence.graphs.values() if graph.keras), "")
    name, _, version = keras.partition(" ")
    return Provenance(
        grader=__version__,
        assignment_sha256=assignment.sha256,
        assets=evidence.assets,
        tier=evidence.run.tier,
        training=evidence.run.training,
        seed=assignment.recipe.seeds[0] if assignment.recipe else None,
        versions=evidence.run.versions | ({name: version} if version else {}),
        hidden=measured.hidden if measured else "",
        measured_key=measured.key if measured else "",
        notes=(*_carried(evidence), *evidence.problems),
    )


def _carried(evidence: Evidence) -> tuple[str, ...]:
    """Parts that were judged on our own earlier part, because the student's was not usable."""
    return tuple(
        f"`{left_as(answer) or name}` was judged with our part before it, because the one in the "
        "notebook could not be used: one mistake costs once."
        for name, answer in evidence.answers.items()
        if isinstance(answer.value, dict) and answer.value.get("carried") is True
    )
