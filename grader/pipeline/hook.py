"""What `grader hook PLATFORM` does: grade the one notebook of a platform's container.

The platform's own paths are known; a valid file is written after every stage, and everything
ends before the platform would end it.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from grader.assignment import Assignment
from grader.assignment.data import find_data
from grader.intake import Source, read_notebook, safe_id, sort_out
from grader.judge import judge
from grader.pipeline.submission import grade
from grader.platforms import find_container
from grader.platforms.container import Container, Stages
from grader.records import Cache, GraderError, IntakeError, load_evidence
from grader.run import Setting
from grader.sandbox import choose

PART = "partId"
TIMEOUT = "GRADER_TIMEOUT_S"
MEASURE_SHARE = 0.4
"""How much of the time is kept for measuring, once the notebook has run."""
HELD = 1
OVER = "grader: the time is over; what was decided before: {what}.\n"
KEPT = "grader: measuring failed, what was decided before it is kept. {why}\n"
"""For standard output, which only instructors read."""


def grade_here(
    platform: str,
    named: Assignment | None,
    known: Sequence[Assignment],
    *,
    options: Mapping[str, str],
    out: Path,
    submission: Path | None = None,
    sandbox: str = "auto",
) -> int:
    """Grade and write the platform's files; the exit status that the platform is to see.
    named: the assignment that is handed in; None: whichever of `known` the notebook fits. Another
    notebook is refused without being run, as a file that is none."""
    container = find_container(platform)
    limit, part = os.environ.get(TIMEOUT, ""), os.environ.get(PART, "")
    if part and container.name == "coursera":
        options = {**options, "part": part}
    stages = Stages(container, {**options}, limit_s=float(limit) if limit else None)
    try:
        source = _source(submission or container.submission)
        assignment = _assignment(source, named, known)
    except IntakeError as problem:
        return _refused(container, problem, Path(stages.options["out"]))
    if "notebook" in container.options:
        stages.options.setdefault("notebook", _in_repository(source.path))
    setting = Setting(
        assignment=within(assignment, stages.left_s()),
        assets=find_data(assignment),
        sandbox=choose(sandbox),
        cache=Cache.default(),
        out=out,
    )
    with deadline(stages):
        judged = grade(source, setting, partial(_keep_before_measuring, stages, setting, source))
        receipt = stages.finish(judged, setting.folder / source.id)
    sys.stdout.write(receipt.shown)
    if judged.held and receipt is stages.kept:
        sys.stdout.write(KEPT.format(why=judged.held_because))
    return receipt.exit_status


@contextlib.contextmanager
def deadline(stages: Stages) -> Iterator[None]:
    """Ends the process when its time is over, before the platform does: what is written stays. So
    does a polite word of the platform (SIGTERM). Status 0 when something is, else 1. The process
    really ends here: the sandboxes end with their parent, and waiting for them could take longer
    than the platform does."""

    def over(*_: object) -> None:
        kept = stages.kept
        sys.stdout.write(kept.shown if kept else "")
        sys.stdout.write(OVER.format(what="kept" if kept else "no file was written"))
        sys.stdout.flush()
        os._exit(kept.exit_status if kept else HELD)

    before = {number: signal.signal(number, over) for number in (signal.SIGALRM, signal.SIGTERM)}
    signal.setitimer(signal.ITIMER_REAL, max(0.01, stages.left_s()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _refused(container: Container, problem: IntakeError, out: Path) -> int:
    """The student's file is no notebook: said to the student. What we cannot read is ours."""
    if isinstance(problem.__cause__, OSError):
        raise problem
    sys.stdout.write(f"grader: nothing was graded: {problem}\n")
    return container.write_refusal(str(problem), out)


def within(assignment: Assignment, left_s: float) -> Assignment:
    """The assignment with its wall time cut to what the platform leaves."""
    limits = assignment.limits
    wall = min(limits.wall_s, int(left_s * (1 - MEASURE_SHARE)))
    cut = limits.model_copy(update={"wall_s": wall, "cell_s": min(limits.cell_s, wall)})
    return assignment.model_copy(update={"limits": cut})


def _keep_before_measuring(stages: Stages, setting: Setting, source: Source, what: str) -> None:
    """The pipeline's progress: what the run decided is written before measuring begins."""
    if what != "measure":
        return
    folder = setting.folder / source.id
    for path in sorted(folder.glob("*/evidence.json")):
        if evidence := load_evidence(path.parent):
            stages.after("run", judge(setting.assignment, evidence), folder)


def _source(path: Path) -> Source:
    """The one notebook. Raises IntakeError when there is none, more than one, or a broken one."""
    notebooks: Sequence[Path] = [path]
    if not os.path.lexists(path):  # the platform makes its place, whatever a student hands in
        raise GraderError(
            f"There is no {path}.",
            what_to_do="The platform's container types this command. Elsewhere name a notebook: "
            "--submission FILE.",
        )
    if path.is_dir():
        # without checkpoints, and what `.github` holds: the pack's release notebook is in there
        files = sorted(path.rglob("*.ipynb"))
        notebooks = [file for file in files if "/." not in f"/{file.relative_to(path).as_posix()}"]
    if len(notebooks) != 1:
        raise IntakeError(
            f"{len(notebooks)} notebooks were handed in; it takes just one.",
            what_to_do="Hand in the one .ipynb file.",
        )
    source = Source(id=safe_id(notebooks[0].stem), path=notebooks[0], shown=notebooks[0].name)
    read_notebook(source.path, submission_id=source.id)
    return source


def _assignment(
    source: Source, named: Assignment | None, known: Sequence[Assignment]
) -> Assignment:
    """By which it is graded. Raises IntakeError where it must not be run."""
    (notebook,) = sort_out([source], known, named)
    if notebook.why or notebook.assignment is None:
        raise IntakeError(notebook.why, what_to_do="Hand in the notebook of this assignment.")
    return notebook.assignment


def _in_repository(notebook: Path) -> str:
    """Its path as annotations name it: from the work folder, which is the repository."""
    here, there = Path.cwd(), notebook.resolve()
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else notebook.name
