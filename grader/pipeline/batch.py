"""Many submissions: admission by cores and memory, progress, one writer for the class.

A submission that goes wrong never stops the others. What is finished is on disk before the next
one starts, so a batch that is killed at any moment goes on where it stopped. Ctrl-C is not waited
out: the runs in flight die with this process.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from grader.intake import Source
from grader.judge.decisions import decided
from grader.pipeline.tasks import Task
from grader.records import Grade, GraderError, why_not_written
from grader.report import in_class, write_batch, write_course

logger = logging.getLogger(__name__)
RESERVE_MB = 1500
"""Left to the machine: nothing of ours is to be killed by its out-of-memory killer."""
FIRST_NEED_MB = 3000
"""Admitted for a run before one has been measured: a large network, one shortened step."""
HEADROOM = 1.25
WAIT_S = 0.5
MOST_WAITING = 4_000
"""Threads here that wait for other machines."""
YOUNG_S = 30.0
"""Until a run has taken the memory it needs; so long its need is counted as taken."""


@dataclass(frozen=True)
class Outcome:
    """One submission of the batch: its grade as a class needs it, or why there is none."""

    source: Source
    folder: Path
    """Where the submissions of its assignment live."""
    grade: Grade | None
    problem: str = ""
    seconds: float = 0.0
    instead: Grade | None = None
    """How the class shows it where there is none."""


class Machines(Protocol):
    """Other machines, as a batch sees them."""

    @property
    def lost(self) -> bool:
        """Nothing can be asked of them any more."""

    def slots(self) -> int:
        """How many runs they do at once, as of now."""

    def lines(self) -> Sequence[str]:
        """For the display: each machine, and what it does."""


@dataclass
class Board:
    """What is going on: read by the progress display, written by the workers."""

    total: int
    done: list[Outcome] = field(default_factory=list)
    flying: dict[str, str] = field(default_factory=dict)
    stopped: bool = False
    """By Ctrl-C: what fails from then on is no news."""
    others: Machines | None = None
    """They do the work instead of this one."""


class Admission:
    """Lets a submission start when a core is free and its memory fits as well. What a run needs is
    learned for each revision of an assignment: each has its own Keras."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._needs: dict[str, float] = {}
        self._started: list[float] = []

    def need_mb(self) -> float:
        """Of the hungriest revision seen; the next submission may be one."""
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
        self._started.append(time.monotonic())

    def learn(self, grade: Grade) -> None:
        """Remember the largest need seen so far, with room to spare."""
        revision = f"{grade.assignment} {grade.submission.revision}"
        need = grade.run.memory_mb * HEADROOM
        if need:
            self._needs[revision] = max(self._needs.get(revision, 0.0), need)


class TheirAdmission(Admission):
    """Some more than the other machines do at once: while some are judged here, the next run."""

    def __init__(self, others: Machines) -> None:
        super().__init__(MOST_WAITING)
        self._others = others

    def may_start(self, running: int) -> bool:
        slots = self._others.slots()
        return running < min(self.jobs, slots + slots // 4 + 1)


def grade_all(
    tasks: Sequence[Task],
    *,
    jobs: int,
    force: bool = False,
    board: Board | None = None,
    tick: Callable[[Board], None] = lambda board: None,
) -> list[Outcome]:
    """Grade all of them; the outcomes come in the order of `tasks`. Where the board names other
    machines, their runs count instead of `jobs` and of this machine's memory."""
    board = board or Board(total=len(tasks))
    admission = TheirAdmission(board.others) if board.others else Admission(jobs)
    waiting = list(tasks)
    running: set[Future[Outcome]] = set()
    most = MOST_WAITING if board.others else max(1, jobs)
    pool = ThreadPoolExecutor(max_workers=most, thread_name_prefix="grade")
    try:
        while waiting or running:
            while waiting and admission.may_start(len(running)):
                running.add(pool.submit(_one, waiting.pop(0), force, board))
                admission.started()
            if board.others and board.others.lost:
                waiting.clear()
            finished, running = wait(running, timeout=WAIT_S, return_when=FIRST_COMPLETED)
            for future in finished:
                outcome = future.result()
                board.done.append(outcome)
                if outcome.grade:
                    admission.learn(outcome.grade)
            tick(board)
    except KeyboardInterrupt:
        board.stopped = True
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C must not wait for a whole run
    order = {task.source.id: index for index, task in enumerate(tasks)}
    return sorted(board.done, key=lambda outcome: order[outcome.source.id])


def _one(task: Task, force: bool, board: Board) -> Outcome:
    source, folder = task.source, task.folder

    def progress(stage: str) -> None:
        board.flying[source.id] = stage

    started = time.monotonic()
    try:
        graded = in_class(task.grade(progress, force=force))
        return Outcome(source, folder, graded, seconds=time.monotonic() - started)
    except (GraderError, OSError) as fault:
        problem = f"{why_not_written(fault)}." if isinstance(fault, OSError) else str(fault)
    except Exception as bug:  # a bug with one submission must not stop the rest
        logger.exception("%s: not graded", source.id)
        problem = f"a bug of ours: {type(bug).__name__}."
    finally:
        board.flying.pop(source.id, None)
    taken = time.monotonic() - started
    return Outcome(source, folder, None, problem, taken, task.not_graded(problem))


def write_summary(outcomes: Sequence[Outcome]) -> None:
    """The pages and sheets of the class, with what people decided in them."""
    shown = [outcome for outcome in outcomes if outcome.grade or outcome.instead]
    grades = zip((outcome.folder for outcome in shown), final_grades(shown), strict=True)
    try:
        write_classes(list(grades))
    except OSError as fault:  # every grade is in its own folder: nothing is lost
        logger.error("the class's summary was not written: %s", why_not_written(fault))


def final_grades(outcomes: Sequence[Outcome]) -> list[Grade]:
    """The grades, with every decision that is kept beside them; what was not graded is held."""
    return [
        decided(grade, outcome.folder / grade.submission.id)
        for outcome in outcomes
        if (grade := outcome.grade or outcome.instead)
    ]


def write_classes(grades: Sequence[tuple[Path, Grade]]) -> None:
    """`batch.html` and `grades.csv` in the folder of each assignment; where there are several, also
    for all of them in the folder above. Raises OSError.
    grades: each with the folder of its assignment."""
    classes: dict[Path, list[Grade]] = {}
    for folder, grade in grades:
        classes.setdefault(folder, []).append(grade)
    for folder, own in classes.items():
        write_batch(own, folder, own[0].title)
    if len(classes) > 1:
        write_course(classes)
