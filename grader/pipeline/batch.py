"""Many submissions: admission by cores and memory, progress, one writer for the class.

A submission that goes wrong never stops the others. What is finished is on disk before the next
one starts, so a batch that is killed at any moment goes on where it stopped. Ctrl-C is not waited
out: the runs in flight die with this process.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import psutil

from grader.intake import Source
from grader.judge.decisions import decided
from grader.pipeline.submission import grade
from grader.records import Grade, GraderError, Run, current, load
from grader.report import in_class, write_batch
from grader.run import Setting

logger = logging.getLogger(__name__)
RESERVE_MB = 1500
"""Left to the machine: nothing of ours is to be killed by its out-of-memory killer."""
FIRST_NEED_MB = 3000
"""Admitted for a run before one has been measured (InceptionV3, one shortened step)."""
HEADROOM = 1.25
WAIT_S = 0.5
YOUNG_S = 30.0
"""Until a run has taken the memory it needs; so long its need is counted as taken."""


@dataclass(frozen=True)
class Outcome:
    """One submission of the batch: its grade as a class needs it, or why there is none."""

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
    """Lets a submission start when a core is free and its memory fits as well.

    What a run needs is learned for each edition of the notebook: each has its own Keras.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._needs: dict[str, float] = {}
        self._started: list[float] = []

    def need_mb(self) -> float:
        """Of the hungriest edition seen; the next submission may be one."""
        return max(self._needs.values(), default=float(FIRST_NEED_MB))

    def may_start(self, running: int) -> bool:
        """True for the first one always: a machine too small is told by `grader doctor`."""
        if running == 0:
            return True
        now = time.monotonic()
        self._started = [began for began in self._started if now - began < YOUNG_S][-running:]
        promised = len(self._started) * self.need_mb()
        available = psutil.virtual_memory().available / 1e6 - RESERVE_MB - promised
        return running < self.jobs and available >= self.need_mb()

    def started(self) -> None:
        """One more runs now."""
        self._started.append(time.monotonic())

    def learn(self, grade: Grade) -> None:
        """Remember the largest need seen so far, with room to spare."""
        edition, need = grade.submission.revision, grade.run.memory_mb * HEADROOM
        if need:
            self._needs[edition] = max(self._needs.get(edition, 0.0), need)


def longest_first(sources: Sequence[Source], setting: Setting | None) -> list[Source]:
    """Those that took longest before come first, so that no long one is alone at the end.

    Those never run come before all: nothing is known of them.
    """

    def seconds(source: Source) -> float:
        attempt = current(setting.folder / source.id) if setting else None
        before = load(attempt / "run.json", Run) if attempt else None
        return before.seconds if before else float("inf")

    return sorted(sources, key=seconds, reverse=True)


def grade_all(
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
    waiting = longest_first(sources, setting)
    running: set[Future[Outcome]] = set()
    pool = ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="grade")
    try:
        while waiting or running:
            while waiting and not board.stopped.is_set() and admission.may_start(len(running)):
                running.add(pool.submit(_one, waiting.pop(0), setting, force, board))
                admission.started()
            if board.stopped.is_set():
                waiting.clear()
            finished, running = wait(running, timeout=WAIT_S, return_when=FIRST_COMPLETED)
            for future in finished:
                outcome = future.result()
                board.done.append(outcome)
                if outcome.grade:
                    admission.learn(outcome.grade)
            tick(board)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C must not wait for a whole run
    order = {source.id: index for index, source in enumerate(sources)}
    return sorted(board.done, key=lambda outcome: order[outcome.source.id])


def _one(source: Source, setting: Setting, force: bool, board: Board) -> Outcome:
    def progress(stage: str) -> None:
        board.flying[source.id] = stage

    started = time.monotonic()
    try:
        graded = grade(source, setting, progress, force=force)
        return Outcome(source, in_class(graded), seconds=time.monotonic() - started)
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
    if not graded:
        return
    try:
        write_batch(graded, setting.folder, setting.assignment.title)
    except OSError as fault:  # every grade is in its own folder: nothing is lost
        logger.error("the class's summary was not written: %s", fault)


def final_grades(outcomes: Sequence[Outcome], setting: Setting) -> list[Grade]:
    """The grades of those that have one, with every decision that is kept beside them."""
    graded = [outcome.grade for outcome in outcomes if outcome.grade]
    return [decided(grade, setting.folder / grade.submission.id) for grade in graded]
