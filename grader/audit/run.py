"""Runs pieces of variants, many in one sandbox, and collects the evidence of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.audit.pieces import Piece
from grader.evidence import collect_evidence
from grader.intake import Cell, Notebook
from grader.measure import NotMeasurable, measure
from grader.pipeline import Setting, hidden_inputs
from grader.records import (
    Cache,
    CellRun,
    Evidence,
    Measured,
    MeasureError,
    Run,
    Submission,
    digest,
    load_evidence,
    save_evidence,
)
from grader.run import execute, wanted_archives

CARRIER = """import auditing


def ask(notebook, asked, out):
    auditing.ask(notebook, asked, out)
"""
"""Takes the place of the assignment's `ask.py`, which it then runs once for each piece."""
LIMITS = {"wall_s": 3600, "cpu_s": 7200, "cell_s": 3500, "disk_mb": 4096, "memory_mb": 12_000}
TRAINED = ("trainings", "features")


class Known(Cache):
    """The usual store; what would have to be trained for the audit is "not measurable" instead."""

    def get_or_make(
        self, kind: str, key: dict[str, Any], make: Callable[[Path], None]
    ) -> tuple[Path, bool]:
        if kind not in TRAINED:
            return super().get_or_make(kind, key, make)
        found = self.look_up(kind, key)
        if found is None:
            raise NotMeasurable("Not trained: no equal model has been trained before.")
        return found, True


def place_of(piece: Piece, setting: Setting) -> Path:
    """Where its evidence is kept: another folder whenever anything that decides it changes."""
    assignment = setting.assignment
    key = digest(
        {
            "piece": piece.key,
            "trained": piece.is_solution,
            "ask": assignment.ask_source,
            "asked": hidden_inputs(_submission(piece, assignment), None, setting),
            "recipe": assignment.recipe.model_dump(mode="json"),
            "assets": setting.assets.record.sha256,
        }
    )
    return setting.out / "audit" / assignment.slug / key[:16]


def kept(piece: Piece, setting: Setting) -> Evidence | None:
    """The evidence of an earlier audit, if nothing has changed since."""
    return load_evidence(place_of(piece, setting))


def run_pieces(pieces: Sequence[Piece], setting: Setting, work: Path) -> dict[str, str]:
    """Run pieces with the same shared cells in one sandbox and keep their evidence.

    Returns key → why there is none, of pieces that could not be run. Raises GraderError when the
    sandbox itself failed.
    """
    limits = setting.assignment.limits.model_copy(update=LIMITS)
    assignment = setting.assignment.model_copy(update={"ask_source": CARRIER, "limits": limits})
    names = {f"v{place:03}": one for place, one in enumerate(pieces)}
    work.mkdir(parents=True, exist_ok=True)
    shared = _shared_cells(pieces[0])
    run = execute(
        shared,
        archives=wanted_archives(shared, setting),
        submission=_submission(pieces[0], setting.assignment),
        assignment=assignment,
        assets=setting.assets,
        sandbox=setting.sandbox,
        folder=work,
        asked={
            "ask": setting.assignment.ask_source,
            "variants": [_request(name, one, setting) for name, one in names.items()],
        },
    )
    broken = next((cell.error for cell in run.cells if cell.error), "")
    lost = run.message or broken or run.status
    failed = {}
    for name, one in names.items():
        told = work / "out" / name / "told.json"
        problem = json.loads(told.read_bytes())["error"] if told.is_file() else lost
        if one.places and broken:  # a cell of its notebook that only ran for all of them
            problem = broken
        if problem:
            failed[one.key] = problem
        else:
            _keep(one, work / "out" / name, run, setting)
    shutil.rmtree(work, ignore_errors=True)
    return failed


def _shared_cells(piece: Piece) -> Notebook:
    cells = (
        Cell(index=place, kind="code", source=one.source) for place, one in enumerate(piece.shared)
    )
    return Notebook(cells=tuple(cells))


def _request(name: str, piece: Piece, setting: Setting) -> dict[str, Any]:
    cells = [one.source for one in piece.own]
    return {
        "name": name,
        "cells": cells,
        "asked": hidden_inputs(_submission(piece, setting.assignment), None, setting),
        "kept": piece.kept if len(cells) > 1 else 0,
    }


def _submission(piece: Piece, assignment: Assignment) -> Submission:
    """All variants of a revision are asked the same, if nothing else is said."""
    functions = {one.id: one.functions for one in assignment.revisions}
    return Submission(
        id=f"audit-{piece.revision}",
        file_name="",
        sha256=piece.code or digest(["audit", piece.revision]),
        size_bytes=0,
        revision=piece.revision,
        functions=functions.get(piece.revision, ()),
    )


def _keep(piece: Piece, folder: Path, run: Run, setting: Setting) -> None:
    """Collect, measure as far as nothing is trained for it, keep."""
    told = json.loads((folder / "told.json").read_bytes())
    shared = folder.parent / "shared"
    moved = [(shared / sha256, folder / "out" / name) for name, sha256 in told["shared"].items()]
    for source, target in moved:
        source.rename(target)
    try:
        submission = _submission(piece, setting.assignment)
        evidence = collect_evidence(
            folder,
            assignment=setting.assignment,
            submission=submission,
            run=_run_of(piece, told, run),
            assets=setting.assets,
            asked=hidden_inputs(submission, None, setting),
        )
        measured = _measured(evidence, folder, setting, trained=piece.is_solution)
    finally:
        for source, target in moved:
            target.rename(source)
    save_evidence(place_of(piece, setting), evidence.model_copy(update={"measured": measured}))


def _run_of(piece: Piece, told: dict[str, Any], run: Run) -> Run:
    """Of the kernel's run what is this piece's: how its own cells ran, where that is asked for."""
    cells = tuple(
        CellRun(index=place, status="error" if error else "ok", error=error)
        for place, error in zip(piece.places, told["cells"] if piece.places else (), strict=True)
    )
    status = "student_error" if any(cell.error for cell in cells) else run.status
    return run.model_copy(
        update={"seconds": told["seconds"], "cells": cells, "status": status, "message": ""}
        if cells
        else {"seconds": told["seconds"], "cells": ()}
    )


def _measured(evidence: Evidence, folder: Path, setting: Setting, *, trained: bool) -> Measured:
    """trained: train the model if need be, so that equal ones of other spellings are known."""
    cache = setting.cache
    measured = measure(
        evidence,
        folder=folder,
        assignment=setting.assignment,
        assets=setting.assets,
        sandbox=setting.sandbox,
        cache=cache if trained else Known(cache.root, cache.max_bytes),
    )
    if measured.status == "failed":
        raise MeasureError(f"Measuring failed: {measured.message}")
    return measured
