"""Judging stored evidence again, many submissions: pure computing, so one process a core."""

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from grader.assignment import Assignment, load_assignment
from grader.judge import judge, not_judged
from grader.judge.decisions import decided
from grader.pipeline.publish import publish
from grader.pipeline.tasks import UNRECOGNISED
from grader.records import Evidence, Grade, GraderError, assignment_of, load, load_evidence
from grader.report import in_class

FEW = 24
"""So many are judged before other processes would have started."""
CHUNK = 8
Rubrics = Mapping[str, Assignment]
"""Slug → assignment."""
_chosen: dict[str, Assignment] = {}
"""Of a worker process."""


class Judged(NamedTuple):
    """One submission: its points before (None: it had no grade) and its grade now, as a class
    needs it."""

    before: float | None
    grade: Grade


def rubrics_of(attempts: Sequence[Path], named: str = "") -> dict[str, Assignment]:
    """The assignments that these attempts were graded by, each loaded.
    named: name or folder of the one that all of them must be of. Raises GraderError, before
    anything is judged, where one is of another: its criteria would ask for what is not there."""
    slugs = dict.fromkeys(filter(None, map(assignment_of, attempts)))
    slugs.pop(UNRECOGNISED, None)
    if not named:
        return {slug: load_assignment(slug) for slug in slugs}
    chosen = load_assignment(named)
    if others := [slug for slug in slugs if slug != chosen.slug]:
        raise GraderError(
            f"There are grades of {', '.join(others)}, which {chosen.slug} cannot judge.",
            what_to_do="Leave --assignment out, and each is judged by its own; a changed copy of "
            "an assignment keeps the name of its folder.",
        )
    return {chosen.slug: chosen}


def judge_all(
    attempts: Sequence[Path], rubrics: Rubrics, *, jobs: int | None = None
) -> Iterator[Judged]:
    """All of them, in their order. Raises GraderError where there is no evidence."""
    workers = min(jobs or os.cpu_count() or 1, len(attempts))
    if workers < 2 or len(attempts) <= FEW:  # noqa: PLR2004
        for attempt in attempts:
            yield judge_stored(attempt, rubrics)
        return
    folders = [rubric.folder for rubric in rubrics.values()]
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(folders,)) as pool:
        yield from pool.map(_in_worker, attempts, chunksize=CHUNK)


def _begin(folders: Sequence[Path]) -> None:
    """Checks are functions of a loaded module: every process loads its own. Records hold no cycles,
    and what is loaded stays to the end: looking through all of it again and again was a sixth of
    the time."""
    for folder in folders:
        loaded = load_assignment(folder)
        _chosen[loaded.slug] = loaded
    gc.freeze()
    gc.set_threshold(50_000)


def _in_worker(attempt: Path) -> Judged:
    return judge_stored(attempt, _chosen)


def stored_evidence(attempt: Path) -> Evidence:
    """What the attempt was judged by. Raises GraderError when there is none."""
    evidence = load_evidence(attempt)
    if evidence is None:
        raise GraderError(
            f"{attempt} holds no evidence of this version.", what_to_do="Run `grader grade` again."
        )
    return evidence


def judge_stored(attempt: Path, rubrics: Rubrics) -> Judged:
    """Judge the stored evidence of one attempt by its own assignment. Raises GraderError when there
    is no evidence, or that assignment is not among them. Waits for no disk: after a power cut it is
    done once more, from evidence that is there."""
    evidence = stored_evidence(attempt)
    stored = load(attempt / "grade.json", Grade)
    before = decided(stored, attempt.parent).points if stored else None
    grade = publish(_judged(evidence, rubrics), attempt, stored=stored, lasting=False)
    return Judged(before, in_class(decided(grade, attempt.parent)))


def _judged(evidence: Evidence, rubrics: Rubrics) -> Grade:
    if evidence.assignment == UNRECOGNISED:
        return not_judged(evidence)
    rubric = rubrics.get(evidence.assignment)
    if rubric is None:
        raise GraderError(
            f"{evidence.submission.id} was graded by {evidence.assignment}, which is not here."
        )
    return judge(rubric, evidence)
