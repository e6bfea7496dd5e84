"""Many submissions: admission by cores and memory, progress, one writer for the class.

A submission that goes wrong never stops the others. What is finished is on disk before the next
one starts, so a batch that is killed at any moment goes on where it stopped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import psutil

from grader.errors import GraderError
from grader.intake_sources import Source
from grader.overrides_kept import decided
from grader.pipeline import Setting
from grader.pipeline import grade as grade_one
from grader.records import Grade
from grader.report import write_batch

logger = logging.getLogger(__name__)
RESERVE_MB = 1500
"""Left to the machine: nothing of ours is to be killed by its out-of-memory killer."""
FIRST_NEED_MB = 3000
"""Admitted for a run before one has been measured (InceptionV3, one shortened step)."""
HEADROOM = 1.25
WAIT_S = 0.5


@dataclass(frozen=True)
class Outcome:
    """One submission of the batch: its grade, or why there is none."""

    source: Source
    grade: Grade | None
    problem: str = ""
    seconds: float = 0.0


@dataclass
class Board:
    """What is going on: read by the progress display, written by the workers."""

    total: int
    done: list[Outcome] = field(default_factory=list)
    flying: dict[str, str] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)


class Admission:
    """Lets a submission start when a core is free and its memory fits as well."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.need_mb = float(FIRST_NEED_MB)

    def may_start(self, running: int) -> bool:
        """True for the first one always: a machine too small is told by `grader doctor`."""
        if running == 0:
            return True
        available = psutil.virtual_memory().available / 1e6 - RESERVE_MB
        return running < self.jobs and available >= self.need_mb

    def learn(self, grade: Grade) -> None:
        """Remember the largest need seen so far."""
        self.need_mb = max(self.need_mb, grade.run.memory_mb * HEADROOM)


def run(
    sources: Sequence[Source],
    setting: Setting,
    *,
    jobs: int,
    force: bool = False,
    board: Board | None = None,
    tick: Callable[[Board], None] = lambda board: None,
) -> list[Outcome]:
    """Grade all of them; the outcomes come in the order of `sources`."""
    board = board or Board(total=len(sources))
    admission = Admission(jobs)
    waiting = list(sources)
    running: set[Future[Outcome]] = set()
    with ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="grade") as pool:
        while waiting or running:
            while waiting and not board.stopped.is_set() and admission.may_start(len(running)):
                running.add(pool.submit(_one, waiting.pop(0), setting, force, board))
            if board.stopped.is_set():
                waiting.clear()
            finished, running = wait(running, timeout=WAIT_S, return_when=FIRST_COMPLETED)
            for future in finished:
                outcome = future.result()
                board.done.append(outcome)
                if outcome.grade:
                    admission.learn(outcome.grade)
            tick(board)
    order = {source.id: place for place, source in enumerate(sources)}
    return sorted(board.done, key=lambda outcome: order[outcome.source.id])


def _one(source: Source, setting: Setting, force: bool, board: Board) -> Outcome:
    def progress(stage: str) -> None:
        board.flying[source.id] = stage

    started = time.monotonic()
    try:
        graded = grade_one(source, setting, progress, force=force)
        return Outcome(source, graded, seconds=time.monotonic() - started)
    except (GraderError, OSError) as fault:
        logger.error("%s: not graded: %s", source.id, fault)
        return Outcome(source, None, str(fault), time.monotonic() - started)
    except Exception as bug:  # a bug with one submission must not stop the rest
        logger.exception("%s: not graded", source.id)
        return Outcome(
            source, None, f"a bug of ours: {type(bug).__name__}", time.monotonic() - started
        )
    finally:
        board.flying.pop(source.id, None)


def write_summary(outcomes: Sequence[Outcome], setting: Setting) -> None:
    """`batch.html` and `grades.csv` for the class, with what people decided in them."""
    graded = final_grades(outcomes, setting)
    if graded:
        write_batch(graded, setting.folder, setting.assignment.title)


def final_grades(outcomes: Sequence[Outcome], setting: Setting) -> list[Grade]:
    """The grades of those that have one, with every decision that is kept beside them."""
    graded = [outcome.grade for outcome in outcomes if outcome.grade]
    return [decided(one, setting.folder / one.submission.id) for one in graded]
