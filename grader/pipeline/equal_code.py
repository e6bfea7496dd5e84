"""Equal code is run once: its evidence is kept for submissions that differ only in words.

The key holds all that decides the evidence: the code's syntax, the hidden inputs (seeded by that
code), assignment, assets, sandbox, versions, our own programs. What a notebook could do to its
evidence it does to that of notebooks with the same code, which would do the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.intake import Notebook
from grader.measure import INSIDE, made_with
from grader.records import (
    Evidence,
    Submission,
    load_evidence,
    save,
    save_evidence,
    write_atomically,
)
from grader.run import Setting, write_reused

KIND = "runs"
ENDED_ALIKE = ("finished", "student_error")
"""How a run ends at a limit depends on the machine and its load: never kept for others."""
_PLACES = TypeAdapter(list[int])


class _NotForOthers(Exception):
    """The run is right for its own submission, and not kept."""


def once(
    submission: Submission,
    notebook: Notebook,
    code: str,
    attempt: Path,
    setting: Setting,
    decides: dict[str, Any],
    gather: Callable[[], Evidence],
) -> Evidence:
    """Evidence of an equal run when there is one, else what `gather` finds, kept for the next.

    Equal requests wait for one. `decides`: what else the evidence depends on, plain JSON.
    """
    if not setting.share:
        return gather()
    found: list[Evidence] = []

    def make(folder: Path) -> None:
        found.append(gather())
        if not worth_keeping(found[0]):
            raise _NotForOthers
        _keep(found[0], notebook, attempt, folder)

    try:
        folder, _ = setting.cache.get_or_make(
            KIND, _key(code, submission.revision, setting, decides), make
        )
    except _NotForOthers:
        return found[0]
    if found:
        return found[0]
    return _adopted(folder, submission, notebook, code, attempt, setting) or gather()


def worth_keeping(evidence: Evidence) -> bool:
    """Whether an equal run would surely have ended alike."""
    measured = evidence.measured
    run = evidence.run
    return (
        run.party == "student"
        and run.status in ENDED_ALIKE
        and not any(cell.status in ("timeout", "killed") for cell in run.cells)
        and measured is not None
        and measured.status != "failed"
    )


def _key(code: str, revision: str, setting: Setting, decides: dict[str, Any]) -> dict[str, Any]:
    return {
        **decides,
        "assignment": setting.assignment.slug,
        "code": code,
        "revision": revision,
        "tier": [setting.sandbox.name, *setting.sandbox.lacks],
        "programs": _programs(),
        **made_with(),
    }


@lru_cache(maxsize=1)
def _programs() -> str:
    """Hash of all our programs, on both sides of the sandbox: evidence is never older than they."""
    total = hashlib.sha256()
    package = INSIDE.parent
    for path in sorted(package.rglob("*.py")):
        total.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _keep(evidence: Evidence, notebook: Notebook, attempt: Path, folder: Path) -> None:
    save_evidence(folder, evidence, lasting=False)
    places = [cell.index for cell in notebook.code]
    write_atomically(folder / "places.json", _PLACES.dump_json(places), lasting=False)
    if (attempt / "executed.ipynb").is_file():
        shutil.copyfile(attempt / "executed.ipynb", folder / "executed.ipynb")


def _adopted(
    folder: Path,
    submission: Submission,
    notebook: Notebook,
    code: str,
    attempt: Path,
    setting: Setting,
) -> Evidence | None:
    """The kept evidence as this submission's; None when it cannot be read."""
    kept = load_evidence(folder)
    try:
        theirs = _PLACES.validate_json((folder / "places.json").read_bytes())
    except (OSError, ValueError):
        return None
    if kept is None or len(theirs) != len(notebook.code):
        return None
    places = {there: cell.index for there, cell in zip(theirs, notebook.code, strict=True)}
    cells = tuple(cell.model_copy(update={"index": places[cell.index]}) for cell in kept.run.cells)
    run = kept.run.model_copy(update={"cells": cells, "reused_from": code})
    limits = setting.assignment.limits
    write_reused(folder / "executed.ipynb", places, notebook, limits, attempt / "executed.ipynb")
    save(attempt / "run.json", run, lasting=False)
    return kept.model_copy(update={"submission": submission, "run": run})
