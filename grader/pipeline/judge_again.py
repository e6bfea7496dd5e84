"""Judging stored evidence again, many submissions: pure computing, so one process a core."""

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from grader.assignment import Assignment, load_assignment
from grader.judge import judge
from grader.judge.decisions import decided
from grader.pipeline.publish import publish
from grader.records import Evidence, Grade, GraderError, load, load_evidence
from grader.report import in_class

FEW = 24
"""So many are judged before other processes would have started."""
CHUNK = 8
_chosen: list[Assignment] = []
"""Of a worker process."""


class Judged(NamedTuple):
    """One submission: its points before (None: it had no grade) and its grade now, as a class
    needs it."""

    before: float | None
    grade: Grade


def judge_all(
    attempts: Sequence[Path], assignment: Assignment, *, jobs: int | None = None
) -> Iterator[Judged]:
    """All of them, in their order. Raises GraderError where there is no evidence."""
    workers = min(jobs or os.cpu_count() or 1, len(attempts))
    if workers < 2 or len(attempts) <= FEW:  # noqa: PLR2004
        for attempt in attempts:
            yield judge_stored(attempt, assignment)
        return
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(assignment.folder,)) as pool:
        yield from pool.map(_in_worker, attempts, chunksize=CHUNK)


def _begin(folder: Path) -> None:
    """Checks are functions of a loaded module: every process loads its own.

    Records hold no cycles, and what is loaded stays to the end: looking through all of it again and
    again was a sixth of the time.
    """
    _chosen.append(load_assignment(folder))
    gc.freeze()
    gc.set_threshold(50_000)


def _in_worker(attempt: Path) -> Judged:
    return judge_stored(attempt, _chosen[0])


def stored_evidence(attempt: Path) -> Evidence:
    """What the attempt was judged by. Raises GraderError when there is none."""
    evidence = load_evidence(attempt)
    if evidence is None:
        raise GraderError(
            f"{attempt} holds no evidence of this version.", what_to_do="Run `grader grade` again."
        )
    return evidence


def judge_stored(attempt: Path, assignment: Assignment) -> Judged:
    """Judge the stored evidence of one attempt. Raises GraderError when there is none.

    Waits for no disk: after a power cut it is done once more, from evidence that is there.
    """
    evidence = stored_evidence(attempt)
    stored = load(attempt / "grade.json", Grade)
    before = decided(stored, attempt.parent).points if stored else None
    grade = publish(judge(assignment, evidence), attempt, lasting=False)
    return Judged(before, in_class(decided(grade, attempt.parent)))
