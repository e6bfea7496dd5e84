"""Judging stored evidence again, many submissions: pure computing, so one process a core."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from grader.assignment import Assignment, load_assignment
from grader.judge.decisions import decided
from grader.pipeline.garbage import look_seldom
from grader.pipeline.judged import regrade
from grader.records import Grade, load
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
            yield _judged(attempt, assignment)
        return
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(assignment.folder,)) as pool:
        yield from pool.map(_one, attempts, chunksize=CHUNK)


def _begin(folder: Path) -> None:
    """Checks are functions of a loaded module: every process loads its own."""
    look_seldom()
    _chosen.append(load_assignment(folder))


def _one(attempt: Path) -> Judged:
    return _judged(attempt, _chosen[0])


def _judged(attempt: Path, assignment: Assignment) -> Judged:
    stored = load(attempt / "grade.json", Grade)
    before = decided(stored, attempt.parent).points if stored else None
    grade = regrade(attempt, assignment, stored)
    return Judged(before, in_class(decided(grade, attempt.parent)))
