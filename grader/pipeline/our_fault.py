"""Was it ours? The assignment's own solution goes the same way, and may lose the same.

A bug in `ask.py`, in our library or in a check, data that do not fit, an archive that cannot be
laid out, a threshold that nobody reaches: all look like a student's mistake. So where a submission
loses something, the solution is asked in a sandbox of its own, once for all that decides its
evidence. What both lose is ours, and the grade is held. Nothing that a student's process says or
raises can bring that about: it is compared with a run in which it had no part.

Where asking ended early the release notebook is asked as well: it takes the ways of a notebook that
is not finished, and is there where no solution is (an installed grader has none, nor has what is
made for a platform's container). See docs/decisions/our-own-fault.md.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment, Criterion
from grader.intake import Source, take_in
from grader.pipeline.equal_code import run_key
from grader.pipeline.stages import collected, measured, planned
from grader.records import Evidence, MissingEvidence, digest, load_evidence, save_evidence, scratch
from grader.run import Progress, Work, run_notebook

logger = logging.getLogger(__name__)
KIND = "solutions"
PLAYED_BACK = "replay"
"""A tier that runs nothing would play the submission's own recording for the solution too."""
AGAIN_S = 600.0
"""So long one failure of the solution stands for all submissions; then it is tried again: what was
mended need not be seen in the key (a full disk, a damaged file)."""
_failures: dict[str, tuple[float, Evidence]] = {}
"""Hash of the key → when it failed, and what it left. On the disk only what went well is kept."""
TITLES = 3
MEND = "Mend `ask.py`, checks, thresholds, data or that notebook, then run `grader grade` again."


@dataclass(frozen=True)
class Own:
    """A notebook of the assignment's own, planned as the submission is."""

    work: Work
    name: str
    solved: bool
    """Whether it is a solution, which earns everything; else what students start from."""


def blamed(evidence: Evidence, work: Work, progress: Progress) -> Evidence:
    """The evidence, its run's party "ours" where a notebook of the assignment's own fails alike.

    Before the model is measured all else is compared; afterwards only what measuring decides.
    """
    run, measured_too = evidence.run, evidence.measured is not None
    if run.party != "student" or run.tier == PLAYED_BACK:
        return evidence
    missed = lost(work.setting.assignment, evidence)
    if missed and measured_too:
        earlier = lost(work.setting.assignment, evidence.model_copy(update={"measured": None}))
        missed = {name: title for name, title in missed.items() if name not in earlier}
    asking_ended = bool(run.asking) and not measured_too
    if not missed and not asking_ended:
        return evidence
    for own in _own_notebooks(work, asking_ended=asking_ended):
        progress("solution")
        same = own.work.code == work.code
        theirs = evidence if same else _evidence_of(own, measured_too=measured_too)
        if why := _fails_alike(own, theirs, evidence, missed):
            said = f" It said: {theirs.run.asking}" if theirs.run.asking else ""
            logger.error("%s: %s%s", work.submission.id, why, said)
            ours = run.model_copy(update={"party": "ours", "message": f"{why} {MEND}"[:500]})
            return evidence.model_copy(update={"run": ours})
    return evidence


def _fails_alike(own: Own, theirs: Evidence, evidence: Evidence, missed: dict[str, str]) -> str:
    """What went wrong with our own notebook as it did with the submission, or ""."""
    if theirs.run.party == "ours":
        return f"{own.name} could not be run either: {theirs.run.message}"
    asked = f"asking {own.name} ended early too ({theirs.run.asking.partition(':')[0]})"
    if not own.solved:
        return f"{asked}." if theirs.run.asking and evidence.run.asking else ""
    also = lost(own.work.setting.assignment, theirs)
    both = [f"“{title}”" for name, title in missed.items() if name in also]
    if not both:
        return ""
    titles = ", ".join(both[:TITLES]) + (" and more" if both[TITLES:] else "")
    said = f"{own.name} does not earn {titles} either"
    return f"{asked}: {said}." if theirs.run.asking else f"{said}."


def lost(assignment: Assignment, evidence: Evidence) -> dict[str, str]:
    """Criteria (id → title) that cost points by this evidence, as far as it goes: before the model
    is measured nothing hangs on that. What builds on a lost one is not looked at."""
    counting: set[str] = set()
    for criterion in reversed(assignment.criteria):  # what a criterion needs stands above it
        if criterion.points or criterion.id in counting:
            counting |= {criterion.id, *criterion.needs}
    missed: dict[str, str] = {}
    blocked: set[str] = set()
    for criterion in assignment.criteria:
        looked_at = criterion.id in counting and not blocked.intersection(criterion.needs)
        share = _share(assignment, criterion, evidence) if looked_at else None
        if share is not None and share < 1:
            missed[criterion.id] = criterion.title
        if not share:
            blocked.add(criterion.id)
    return missed


def _share(assignment: Assignment, criterion: Criterion, evidence: Evidence) -> float | None:
    """Of its points; None where that is not known."""
    try:
        return assignment.checks[criterion.check](evidence, **criterion.arguments).share
    except MissingEvidence:
        return 0.0
    except Exception:  # noqa: BLE001 - nobody has measured yet; a bug of a check the judge holds
        return None


def _own_notebooks(work: Work, *, asking_ended: bool) -> Iterator[Own]:
    """The solution; and where asking ended early the release notebook."""
    assignment = work.setting.assignment
    solutions = assignment.reference.glob("solution*.ipynb")
    if own := _like(work, solutions, "the assignment's own solution", solved=True):
        yield own
    releases = assignment.folder.glob("release*.ipynb") if asking_ended else ()
    if own := _like(work, releases, "the release notebook", solved=False):
        yield own


def _like(work: Work, paths: Iterable[Path], name: str, *, solved: bool) -> Own | None:
    """The one of the submission's revision, else of the latest revision that has one. Its training
    is always shortened: minutes of it would not change an answer."""
    assignment = work.setting.assignment
    setting = replace(work.setting, training="recipe")
    own: dict[str, Own] = {}
    for path in sorted(paths):
        source = Source(id=path.stem, path=path, shown=path.name)
        submission, notebook = take_in(source, assignment)
        if notebook is not None:
            own[submission.revision] = Own(planned(submission, notebook, setting), name, solved)
    revisions = (work.submission.revision, *(known.id for known in reversed(assignment.revisions)))
    return next((own[revision] for revision in revisions if revision in own), None)


def _evidence_of(own: Own, *, measured_too: bool) -> Evidence:
    """What it leaves; where all went well that is kept, else tried anew after some minutes."""
    cache, key = own.work.setting.cache, {**run_key(own.work), "measured": measured_too}
    with cache.turn(KIND, key) as kept:
        if kept and (evidence := load_evidence(kept)):
            return evidence
        failed_at, failure = _failures.get(digest(key), (0.0, None))
        if failure and time.monotonic() - failed_at < AGAIN_S:
            return failure
        with scratch("solution") as folder:
            work = replace(own.work, folder=folder)
            evidence = collected(work, run_notebook(work, lambda stage: None))
            if measured_too:
                evidence = evidence.model_copy(update={"measured": measured(work, evidence)})
        if _failed(own, evidence):
            _failures[digest(key)] = (time.monotonic(), evidence)
        elif not kept:
            whole = evidence
            cache.put(KIND, key, lambda made: save_evidence(made, whole, lasting=False))
        return evidence


def _failed(own: Own, evidence: Evidence) -> bool:
    missed = lost(own.work.setting.assignment, evidence) if own.solved else {}
    return bool(missed or evidence.run.asking or evidence.run.party == "ours")
