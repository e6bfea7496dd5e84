"""One notebook in one sandbox: every cell in order, then the assignment's questions.

What a student's notebook does is a value (`Run`, `CellRun`); what fails for a reason of ours is a
`SandboxError`. No byte that the notebook sends can turn the one into the other: see
`execute_messages` and `sandbox.relay`.
"""

from __future__ import annotations

import asyncio
import json
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.intake import Notebook
from grader.records import Limits, Run, SandboxError, Submission
from grader.run.course import Course, Driver, Progress, words
from grader.run.job import prepared
from grader.run.messages import one_line
from grader.run.outputs import empty, note, write
from grader.run.replay import replayed
from grader.sandbox import Exit, Job, Running, Sandbox

Training = Literal["recipe", "notebook", "relabelled"]
SEED = 0
ASKING = "__import__('grader_inside.asking.main', fromlist=['main'])"
KEEP_TRAINED = f"{ASKING}.keep_trained()"
STATUS_OF_LIMIT: dict[str, Literal["timeout", "output_limit"]] = {
    "cell_s": "timeout",
    "wall_s": "timeout",
    "output_mb": "output_limit",
}


def execute(  # noqa: PLR0913 - the contract of the stage, all by keyword
    notebook: Notebook,
    *,
    submission: Submission,
    assignment: Assignment,
    assets: AssetStore,
    sandbox: Sandbox,
    folder: Path,
    training: Training = "recipe",
    asked: Any = None,
    without: int | None = None,
    keras: Literal["", "2", "3"] = "",
    archives: Path | None = None,
    threads: int = 2,
    progress: Progress = lambda what, share: None,
) -> Run:
    """Run the notebook, then `ask.py`; leaves `executed.ipynb`, `out/` and `console.log`.

    Args:
        folder: of this attempt; what an earlier run left there is removed.
        training: "recipe" shortens the notebook's own training, "notebook" lets it really run;
            "relabelled" runs one epoch of it and asks nothing, for data with other labels.
        asked: the hidden inputs, plain JSON. without: index of a cell that ended an earlier run.
        keras: "2" or "3"; "" for the one that the submission's revision was written for.
        archives: folder with the assignment's zip files, where wanted. threads: of TensorFlow.
    Raises SandboxError: sandbox or kernel failed before any cell ran, or the driver did.
    """
    flavour = keras or assignment.keras_of(submission.revision)
    told = {"training": training, "seed": SEED, "keras": flavour}
    _clear(folder)
    job = prepared(assignment, assets, folder, archives, told, sandbox.name, threads, notebook)
    if sandbox.name == "replay":  # there is no kernel to talk to
        return replayed(sandbox.start(job), folder)
    course = Course(node=empty(notebook), without=without)
    driver = Driver(notebook, assignment.limits, course, progress)
    asking = KEEP_TRAINED if training == "relabelled" else _asking(assignment.ask_source, asked)
    ended = _drive(driver, sandbox, job, asking, course)
    why = words(course, ended, assignment.limits)
    _finish_notebook(notebook, course, why, assignment.limits, folder)
    return _run(course, ended, why, sandbox, training)


def _drive(driver: Driver, sandbox: Sandbox, job: Job, asking: str, course: Course) -> Exit:
    """Every cell, then the questions, in a sandbox that is gone afterwards, whatever happens."""
    running: list[Running] = []

    def start() -> Running:
        running.append(sandbox.start(job))
        return running[-1]

    try:
        asyncio.run(driver.drive(start, job.folder, asking))
    except SandboxError:
        raise
    except Exception as problem:
        # Nothing that a notebook does gets here (it is a value by then): a fault of the driver's.
        what = type(problem).__name__
        raise SandboxError(f"The kernel could not be driven ({what}).") from problem
    finally:
        ended = _end(running, course)
    if ended is None:
        raise SandboxError("The sandbox did not start.")
    return ended


def _clear(folder: Path) -> None:
    for name in ("in", "out", "sock"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("console.log", "executed.ipynb"):
        (folder / name).unlink(missing_ok=True)


def _asking(source: str, asked: Any) -> str:
    """The hidden request: names of the notebook's own cannot get in its way."""
    return f"{ASKING}.ask({source!r}, {json.dumps(asked, allow_nan=False)!r})"


def _end(running: list[Running], course: Course) -> Exit | None:
    """Have everything dead and copied out, whatever went before.

    Everything of worth is written by now, so the kernel is not asked to end by itself: that takes
    seconds, and lets the notebook run code once more.
    """
    if not running:
        return None
    last = running[-1]
    if last.poll() is None:
        last.kill(course.limit if course.limit in STATUS_OF_LIMIT else "")
    return last.wait()


def _finish_notebook(
    notebook: Notebook, course: Course, why: str, limits: Limits, folder: Path
) -> None:
    run = {cell.index: cell for cell in course.cells}
    if course.cell is not None:
        course.node.cells[course.cell].outputs.append(
            note(f"{why} The run was ended in this cell.")
        )
    for cell in notebook.cells:
        outcome = run.get(cell.index)
        if cell.index == course.without:
            left_out = "Not run this time: it ended the run when it was tried."
            course.node.cells[cell.index].outputs = [note(left_out)]
        elif outcome is not None and outcome.status == "not_run":
            course.node.cells[cell.index].outputs = [note("Not run: the run had ended before.")]
        elif cell.kind == "code" and not cell.graded:
            stop = "Not run: it stands after `# grade-up-to-here`."
            course.node.cells[cell.index].outputs = [note(stop)]
    write(course.node, folder / "executed.ipynb", limits.notebook_mb)


def _run(course: Course, ended: Exit, why: str, sandbox: Sandbox, training: Training) -> Run:
    facts = {
        "seconds": ended.seconds,
        "cpu_seconds": ended.cpu_seconds,
        "memory_mb": ended.memory_mb,
        "exit_code": ended.exit_code if course.limit == "died" else None,
        "cell": course.cell,
        "cells": tuple(course.cells),
        "tier": sandbox.name,
        "tier_lacks": tuple(sandbox.lacks),
        "training": training,
        "versions": _versions(),
    }
    verdict = _verdict(course, ended, why)
    if ended.refused:
        left = one_line("; ".join(ended.refused[:5]))
        verdict["message"] = f"{verdict['message']} Not kept: {left}.".strip()
    return Run.model_validate(facts | verdict)


def _versions() -> dict[str, str]:
    """The sandbox runs the host's own packages: what is installed here decided the results."""
    try:
        return {"python": platform.python_version(), "tensorflow": version("tensorflow")}
    except PackageNotFoundError:
        return {"python": platform.python_version()}


def _verdict(course: Course, ended: Exit, why: str) -> dict[str, Any]:
    """Status, party, limit and message."""
    if course.limit == "died":
        by_itself = ended.status in ("finished", "student_error")
        status = "died" if by_itself else ended.status
        return {"status": status, "limit": ended.limit, "party": ended.party, "message": why}
    if course.limit == "lost":
        return {"status": "died", "message": why}
    if course.limit:
        return {"status": STATUS_OF_LIMIT[course.limit], "limit": course.limit, "message": why}
    failed = any(cell.status != "ok" for cell in course.cells)
    asked = course.ask_problem.partition(":")[0]
    message = f"Asking the functions ended early ({asked})." if asked else ""
    if asked == "cell_s":
        message = "The graded functions together took too long; those left were not asked."
    return {"status": "student_error" if failed else "finished", "message": message}
