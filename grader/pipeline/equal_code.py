"""Equal code is run once: its evidence is kept for submissions that differ only in words.

The key holds all that decides the evidence: the code's syntax, the hidden inputs (seeded by that
code), assignment, assets, sandbox, versions, our own programs. What a notebook could do to its
evidence it does to that of notebooks with the same code, which would do the same.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.measure import made_with
from grader.records import Evidence, load_evidence, save, save_evidence, write_atomically
from grader.run import Work, write_reused

KIND = "runs"
PACKAGE = Path(__file__).parents[1]
ENDED_ALIKE = ("finished", "student_error")
"""How a run ends at a limit depends on the machine and its load: never kept for others."""
_PLACES = TypeAdapter(list[int])


@contextlib.contextmanager
def equal_code(work: Work, *, share: bool = True) -> Iterator[Evidence | None]:
    """Evidence of an equal run, as this submission's; None where there is none. Then nobody else
    runs equal code until the block ends, and what it left in the attempt's folder is kept for the
    next. share: False for a run that neither takes nor gives."""
    if not share:
        yield None
        return
    cache, key = work.setting.cache, run_key(work)
    with cache.turn(KIND, key) as kept:
        if kept is not None:
            yield _adopted(kept, work)
            return
        yield None
        evidence = load_evidence(work.folder)
        measures = work.setting.assignment.recipe is not None
        if evidence is not None and worth_keeping(evidence, measures=measures):
            cache.put(KIND, key, lambda folder: _keep(evidence, work, folder))


def worth_keeping(evidence: Evidence, *, measures: bool = True) -> bool:
    """Whether an equal run would surely have ended alike. measures: the assignment has a recipe."""
    measured = evidence.measured
    run = evidence.run
    return (
        run.party == "student"
        and run.status in ENDED_ALIKE
        and not any(cell.status in ("timeout", "killed") for cell in run.cells)
        and (not measures or measured is not None)
        and (measured is None or measured.status != "failed")
    )


def run_key(work: Work) -> dict[str, Any]:
    """All that decides the evidence, plain JSON."""
    sandbox = work.setting.sandbox
    return {
        **work.key,
        "assignment": work.setting.assignment.slug,
        "notebook": work.code,
        "revision": work.submission.revision,
        "tier": [sandbox.name, *sandbox.lacks],
        "programs": programs(),
        "measuring": made_with(),
    }


@lru_cache(maxsize=1)
def programs() -> str:
    """Hash of all our programs, on both sides of the sandbox: evidence is never older than they."""
    total = hashlib.sha256()
    for path in sorted((*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"))):
        total.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _keep(evidence: Evidence, work: Work, folder: Path) -> None:
    save_evidence(folder, evidence, lasting=False)
    indexes = [cell.index for cell in work.notebook.code]
    write_atomically(folder / "places.json", _PLACES.dump_json(indexes), lasting=False)
    if (work.folder / "executed.ipynb").is_file():
        shutil.copyfile(work.folder / "executed.ipynb", folder / "executed.ipynb")


def _adopted(folder: Path, work: Work) -> Evidence | None:
    """The kept evidence as this submission's; None when it cannot be read."""
    kept = load_evidence(folder)
    code = work.notebook.code
    try:
        theirs = _PLACES.validate_json((folder / "places.json").read_bytes())
    except (OSError, ValueError):
        return None
    if kept is None or len(theirs) != len(code):
        return None
    index = {there: cell.index for there, cell in zip(theirs, code, strict=True)}
    cells = tuple(
        # a line of theirs may be another one here: comments differ
        cell.model_copy(update={"index": index[cell.index], "line": None})
        for cell in kept.run.cells
    )
    run = kept.run.model_copy(
        update={"cells": cells, "reused_from": work.code, "lacking": work.lacking}
    )
    limits = work.setting.assignment.limits
    executed = work.folder / "executed.ipynb"
    write_reused(folder / "executed.ipynb", index, work.notebook, limits, executed)
    save(work.folder / "run.json", run, lasting=False)
    evidence = kept.model_copy(update={"submission": work.submission, "run": run})
    save_evidence(work.folder, evidence)
    return evidence
