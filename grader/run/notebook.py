"""One notebook in one sandbox: every cell in order, then the assignment's questions.

What a student's notebook does is a value (`Run`, `CellRun`); what fails for a reason of ours is a
`SandboxError`. No byte that the notebook sends can turn the one into the other: see `messages` and
`relay`.
"""

import asyncio
import contextlib
import json
import logging
import platform
import shutil
from collections.abc import Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from grader.records import GraderError, Run, SandboxError, why_not_written
from grader.run.course import Course, Place
from grader.run.job import prepared
from grader.run.messages import one_line
from grader.run.places import places_of
from grader.run.setting import TRIES, Progress, Setting, Work
from grader.sandbox import Exit, Running

logger = logging.getLogger(__name__)
SEED = 0
ASKING_SAID = 200
"""Letters kept of the error that ended the asking."""
ASKING = "__import__('grader_inside.asking.main', fromlist=['main'])"
STATUS_OF_LIMIT: dict[str, Literal["timeout", "output_limit"]] = {
    "cell_s": "timeout",
    "wall_s": "timeout",
    "output_mb": "output_limit",
}
DEADLY_CELLS = 3
"""So many are left out, one after the other, before the rest is given up."""
BRIEFLY_S = 20.0
"""A cell that ran away has so long to bring its names into being, where it has to run again."""
GOES_ON = "The other cells were run once more without it, and graded."


def run_notebook(work: Work, progress: Progress, earlier: Run | None = None) -> Run:
    """The run that counts: once more after a fault of ours, once more without a deadly cell.

    What went wrong on our side is in it (`party` "ours"), never raised. earlier: a run of the same
    notebook, whose runaway cells are not run in full again.
    """
    if work.setting.elsewhere:
        return work.setting.elsewhere.run(work, progress, earlier)
    problem = ""
    for _ in range(TRIES):
        progress("run")
        try:
            run = last = run_once(work, progress, allowed_again(earlier))
            for _ in range(DEADLY_CELLS):
                # where the whole run took too long, so would the next
                taken = run.seconds > work.setting.assignment.limits.wall_s
                if last.cell is None or last.party != "student" or last.limit == "wall_s" or taken:
                    break
                last = run_once(work, progress, allowed_again(run))
                run = gone_on(run, last)
        except (GraderError, OSError) as fault:
            logger.warning("a fault of ours: %s", fault)
            problem = why_not_written(fault) if isinstance(fault, OSError) else str(fault)
            continue
        if run.party != "ours":
            return run
        problem = run.message
    return failed(work.setting, problem)


def failed(setting: Setting, problem: str) -> Run:
    """The run that did not come about for a reason of ours."""
    return Run(
        status="died",
        party="ours",
        message=problem[:500],
        tier=setting.sandbox.name,
        training=setting.training,
    )


def gone_on(first: Run, second: Run) -> Run:
    """A run that a cell ended, with what the other cells do without that cell.

    How the first run ended stays the verdict on the run: only the cells after the deadly one,
    and the answers of the graded functions, come from the second. A second one that failed on our
    side stands alone: nobody is blamed with half of the evidence.
    """
    if second.party == "ours":
        return second
    ended = {cell.index: cell for cell in first.cells if cell.status == "killed"}
    return first.model_copy(
        update={
            "message": f"{first.message.removesuffix(GOES_ON).strip()} {GOES_ON}".strip(),
            "seconds": first.seconds + second.seconds,
            "cpu_seconds": first.cpu_seconds + second.cpu_seconds,
            "memory_mb": max(first.memory_mb, second.memory_mb),
            "cells": tuple(ended.get(cell.index, cell) for cell in second.cells),
        }
    )


def allowed_again(run: Run | None) -> dict[Place, float]:
    """Seconds for what took too long in an earlier run; 0 for what ended it."""
    seconds = {"timeout": BRIEFLY_S, "killed": 0.0}
    return {
        (cell.index, cell.line or 1): seconds[cell.status]
        for cell in (run.cells if run else ())
        if cell.status in seconds
    }


def run_once(work: Work, progress: Progress, allowed: Mapping[Place, float] = {}) -> Run:
    """Run the notebook, then `ask.py`; leaves `executed.ipynb`, `out/` and `console.log`.

    What an earlier run left in the folder is removed. allowed: see `Course`. Raises SandboxError:
    sandbox or kernel failed before any cell ran, or the driver did.
    """
    setting, folder = work.setting, work.folder
    for name in ("in", "out", "sock"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("console.log", "executed.ipynb"):
        (folder / name).unlink(missing_ok=True)
    job = prepared(work, seed=SEED)
    if recorded := setting.sandbox.recorded(job):  # a tier that plays back has no kernel
        return recorded
    course = Course(
        work.notebook,
        setting.assignment.limits,
        lambda what, share: progress(f"run {share:.0%} {what}"),
        allowed,
        work.lacking,
    )
    course.places_of = partial(places_of, setting.sandbox, setting.assignment.data.roots)
    # the hidden request: names of the notebook's own cannot get in its way
    asked = json.dumps(work.asked, allow_nan=False)
    keeps = setting.training == "relabelled"
    call = "keep_trained()" if keeps else f"ask({setting.assignment.ask_source!r}, {asked!r})"
    asking = f"{ASKING}.{call}"
    running: list[Running] = []

    def start() -> Running:
        running.append(setting.sandbox.start(job))
        return running[-1]

    try:
        asyncio.run(course.drive(start, folder, asking))
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
    why = course.why(ended)
    course.write_executed(why, folder / "executed.ipynb")
    return _as_run(course, ended, why, setting)


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


def _as_run(course: Course, ended: Exit, why: str, setting: Setting) -> Run:
    facts: dict[str, Any] = {
        "seconds": ended.seconds,
        "cpu_seconds": ended.cpu_seconds,
        "memory_mb": ended.memory_mb,
        "exit_code": ended.exit_code if course.limit == "died" else None,
        "cell": course.cell,
        "line": course.line,
        "cells": tuple(course.cells),
        "lacking": tuple(course.lacking.values()),
        "tier": setting.sandbox.name,
        "tier_lacks": tuple(setting.sandbox.lacks),
        "training": setting.training,
        # the sandbox runs the host's own packages: what is installed here decided the results
        "versions": {"python": platform.python_version()},
    }
    with contextlib.suppress(PackageNotFoundError):
        facts["versions"]["tensorflow"] = version("tensorflow")
    verdict = _verdict(course, ended, why)
    if ended.refused:
        left = one_line("; ".join(ended.refused[:5]))
        verdict["message"] = f"{verdict['message']} Not kept: {left}.".strip()
    return Run.model_validate(facts | verdict)


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
    told = course.ask_problem[:ASKING_SAID]
    asked = told.partition(":")[0]
    message = f"Asking the functions ended early ({asked})." if asked else ""
    if asked == "cell_s":
        message = "The graded functions together took too long; those left were not asked."
    status = "student_error" if failed else "finished"
    return {"status": status, "message": message, "asking": told}
