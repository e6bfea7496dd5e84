"""Criteria × evidence → grade. Pure: no file, no clock, no TensorFlow; milliseconds.

What a student did wrong becomes a verdict. What *we* did wrong holds the grade for a person: a
check that raises or returns no Finding, a run or a measurement that failed for a reason of ours.
"""

import logging
from collections.abc import Mapping, Sequence

from grader.assignment import Assignment, Criterion
from grader.evidence.graph import draw_diagram
from grader.judge.checks.finding import left_as
from grader.records import (
    ANOTHER_NOTEBOOK,
    KEYBOARD,
    LACKS,
    NO_EAGER,
    UNREADABLE,
    Cause,
    Diagram,
    Evidence,
    Finding,
    Grade,
    Link,
    Misconception,
    MissingEvidence,
    NotMeasured,
    Provenance,
    Verdict,
    VerdictStatus,
    __version__,
)

logger = logging.getLogger(__name__)
OURS = "This part could not be judged, for a reason that is not yours. A person will look at it."
TYPED = "The notebook asks somebody to type, and nobody sits there while it is graded."
NOT_MEASURED = "The model was not measured."
NO_ASSIGNMENT = "No assignment"
"""Title of what belongs to none."""
OF_CRITERION = "criterion {}"
"""Id of the cause of a criterion that fell by itself."""
DIGITS = 2
BLOCKING: tuple[VerdictStatus, ...] = ("failed", "skipped", "error")
"""A criterion that earned a part does not block what builds on it."""


def judge(assignment: Assignment, evidence: Evidence) -> Grade:
    """The grade of one submission. Equal inputs, equal grades; never raises for bad evidence."""
    if evidence.run.limit in (ANOTHER_NOTEBOOK, UNREADABLE):
        return not_judged(evidence, assignment)
    verdicts: dict[str, Verdict] = {}
    known: dict[str, Cause] = {}
    for criterion in assignment.criteria:
        verdicts[criterion.id] = _verdict(assignment, criterion, evidence, verdicts, known)
    causes = _in_order(assignment, verdicts, known)
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
        first_to_fix=_first_to_fix(verdicts, causes),
        causes=causes,
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
    assignment: Assignment,
    criterion: Criterion,
    evidence: Evidence,
    above: Mapping[str, Verdict],
    known: dict[str, Cause],
) -> Verdict:
    """known: causes by their ids, to which this verdict's is added."""
    blocked = tuple(need for need in criterion.needs if above[need].status in BLOCKING)
    if blocked:
        titles = ", ".join(f"“{above[need].title}”" for need in blocked)
        cause = next((known[id_] for need in blocked if (id_ := above[need].cause)), None)
        message = f"Not looked at: it builds on {titles}."
        finding = Finding(share=0.0, message=message, cause=cause)
        return _worded(assignment, criterion, finding, "skipped", blocked)
    try:
        finding = _finding(assignment, criterion, evidence)
    except MissingEvidence as missing:
        message = str(missing.args[0] if missing.args else "") or "There is nothing to look at."
        cause = missing.cause or Cause(id=message, title=message)
        finding = Finding(share=0.0, message=message, cause=cause)
    except NotMeasured:  # why, the run says
        return _worded(assignment, criterion, Finding(share=0.0, message=OURS), "error")
    except Exception:  # fails closed: a bug in a check never becomes points, nor a lack of them
        logger.exception("%s: check %s", evidence.submission.id, criterion.check)
        return _worded(assignment, criterion, Finding(share=0.0, message=OURS), "error")
    status = _status(finding.share)
    if status != "passed":
        cause = _cause(assignment, criterion, finding)
        known.setdefault(cause.id, cause)
        finding = finding.model_copy(update={"cause": cause})
    return _worded(assignment, criterion, finding, status)


def _cause(assignment: Assignment, criterion: Criterion, finding: Finding) -> Cause:
    """What took the thing away that was to be looked at; else the misconception that the finding
    shows; else the finding itself, with what helps with it."""
    shown = (named for named in assignment.misconceptions if named.id in finding.misconceptions)
    if finding.cause:
        return finding.cause
    if named := next(shown, None):
        return Cause(id=named.id, title=named.title, next_step=named.next_step)
    step = finding.hint or criterion.hint
    id_ = OF_CRITERION.format(criterion.id)
    return Cause(id=id_, title=finding.message, next_step=step)


def _finding(assignment: Assignment, criterion: Criterion, evidence: Evidence) -> Finding:
    """What the criterion's check finds. Raises what the check raises, TypeError where it returns no
    Finding, ValueError where it names a misconception that the TOML does not have."""
    finding = assignment.checks[criterion.check](evidence, **criterion.arguments)
    if not isinstance(finding, Finding):
        raise TypeError(f"returned a {type(finding).__name__}, no Finding")
    shown = {*finding.misconceptions, *finding.besides}
    unknown = shown - {named.id for named in assignment.misconceptions}
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
    """The finding with the rubric's words; hint and lessons only where they help with it."""
    cause = finding.cause or Cause(id="", title="")
    named = next((named for named in assignment.misconceptions if named.id == cause.id), None)
    own = criterion.lessons if cause.id == OF_CRITERION.format(criterion.id) else ()
    ids = (named.lesson,) if named and named.lesson else own
    lessons = (assignment.lessons[lesson] for lesson in ids)
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
        hint=cause.next_step if status in ("failed", "partial") else "",
        objective=criterion.objective,
        lessons=tuple(Link(title=lesson.title, url=lesson.url) for lesson in lessons),
        cause=cause.id,
        blocked_by=blocked_by,
        visibility=criterion.visibility,
        where=finding.where,
        misconceptions=(*finding.misconceptions, *finding.besides),
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
    needed = [package for package in evidence.run.lacking if package.needed_by]
    if needed and lost and all(package.module == KEYBOARD for package in needed):
        return f"{TYPED} What is missing may be right: a person looks at it."
    if needed and lost:
        names = ", ".join(f"`{package.module}`" for package in needed)
        install = " ".join(package.install for package in needed)
        return f"{LACKS}: {names}. `pip install {install}` where the grader is, then grade again."
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


def _in_order(
    assignment: Assignment, verdicts: Mapping[str, Verdict], known: Mapping[str, Cause]
) -> tuple[Cause, ...]:
    """The causes by the points that hang on each, equal ones as the rubric has them, from the top
    of the notebook to its end: what comes first is most often why the rest fails. What was measured
    comes last: it follows from the others."""
    follows = {
        OF_CRITERION.format(criterion.id)
        for criterion in assignment.criteria
        if getattr(assignment.checks.get(criterion.check), "needs_recipe", False)
    }

    def key(cause: Cause) -> tuple[bool, float]:
        own = [verdict for verdict in verdicts.values() if verdict.cause == cause.id]
        return cause.id in follows, -sum(verdict.max_points - verdict.points for verdict in own)

    return tuple(sorted(known.values(), key=key))


def _first_to_fix(verdicts: Mapping[str, Verdict], causes: Sequence[Cause]) -> str:
    """The foremost criterion of the first cause that students see, with points if it has any."""
    for cause in causes:
        shown = [
            verdict
            for verdict in verdicts.values()
            if verdict.cause == cause.id
            and verdict.status in ("failed", "partial")
            and verdict.visibility == "visible"
        ]
        for verdict in (*(verdict for verdict in shown if verdict.max_points), *shown):
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
        notes=(*_said(evidence), *evidence.problems),
    )


SAID = {
    "carried": "`{}` was judged with our part before it, because the one in the notebook could not "
    "be used: one mistake costs once.",
    "within": "`{}` returned more than what was asked for, which was taken out and judged.",
    "overwritten": "`{}` was given a smaller model in a later cell; the one before it was judged.",
}
"""What an answer may tell of itself → what the grade says of it."""


def _said(evidence: Evidence) -> tuple[str, ...]:
    """What was judged in place of what was asked for."""
    return tuple(
        words.format(left_as(answer) or name)
        for fact, words in SAID.items()
        for name, answer in evidence.answers.items()
        if isinstance(answer.value, dict) and answer.value.get(fact)
    )
