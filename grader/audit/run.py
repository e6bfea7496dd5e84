"""Runs pieces of variants, many in one sandbox, and collects the evidence of each."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.audit.pieces import Piece
from grader.intake import Cell, Notebook
from grader.measure import NotMeasurable
from grader.pipeline import collected, hidden_inputs, measured
from grader.records import (
    Cache,
    CellRun,
    Evidence,
    MeasureError,
    Run,
    Submission,
    digest,
    load_evidence,
    save_evidence,
)
from grader.run import Setting, Work, run_once

CARRIER = "from grader_inside.asking.many import ask\n"
"""Takes the place of the assignment's `ask.py`, which it then runs once for each piece."""
LIMITS = {"wall_s": 3600, "cpu_s": 7200, "cell_s": 3500, "disk_mb": 4096, "memory_mb": 12_000}
TRAINED = ("trainings", "features")
NOT_TRAINED = "Not trained: no equal model has been trained before."


class Known(Cache):
    """The usual store; what would have to be trained for the audit is "not measurable" instead."""

    def get_or_make(
        self, kind: str, key: dict[str, Any], make: Callable[[Path], None]
    ) -> tuple[Path, bool]:
        if kind not in TRAINED:
            return super().get_or_make(kind, key, make)
        folder = self.look_up(kind, key)
        if folder is None:
            raise NotMeasurable(NOT_TRAINED)
        return folder, True


def kept_evidence(piece: Piece, setting: Setting) -> Evidence | None:
    """The evidence of an earlier audit, if nothing has changed since."""
    return load_evidence(_kept_in(piece, setting))


def _kept_in(piece: Piece, setting: Setting) -> Path:
    """Another folder whenever anything changes that decides the evidence."""
    assignment = setting.assignment
    key = digest(
        {
            "piece": piece.key,
            "trained": piece.is_solution,
            "ask": assignment.ask_source,
            "asked": _work(piece, setting, setting.out).asked,
            "recipe": assignment.recipe and assignment.recipe.model_dump(mode="json"),
            "assets": setting.assets.record.sha256,
        }
    )
    return setting.out / "audit" / assignment.slug / key[:16]


def _work(piece: Piece, setting: Setting, folder: Path) -> Work:
    """The shared cells of a piece. All variants of a revision are asked the same, if nothing else
    is said."""
    functions = {revision.id: revision.functions for revision in setting.assignment.revisions}
    sha256 = piece.code or digest(["audit", piece.revision])
    cells = (
        Cell(index=index, kind="code", source=part.source)
        for index, part in enumerate(piece.shared)
    )
    return Work(
        submission=Submission(
            id=f"audit-{piece.revision}",
            file_name="",
            sha256=sha256,
            size_bytes=0,
            revision=piece.revision,
            functions=functions.get(piece.revision, ()),
        ),
        notebook=Notebook(cells=tuple(cells)),
        setting=setting,
        asked=hidden_inputs(setting.assignment, sha256),
        folder=folder,
    )


def run_pieces(pieces: Sequence[Piece], setting: Setting, folder: Path) -> dict[str, str]:
    """Run pieces with the same shared cells in one sandbox and keep their evidence.
    folder: to work in; it is gone afterwards. Returns key → why there is none, of pieces that could
    not be run. Raises GraderError when the sandbox itself failed."""
    assignment = setting.assignment
    limits = assignment.limits.model_copy(update=LIMITS)
    carrying = assignment.model_copy(update={"ask_source": CARRIER, "limits": limits})
    work = _work(pieces[0], setting, folder)
    names = {f"v{index:03}": piece for index, piece in enumerate(pieces)}
    asked = {
        "ask": assignment.ask_source,
        "variants": [
            {
                "name": name,
                "cells": [part.source for part in piece.own],
                "asked": _work(piece, setting, folder).asked,
                "kept": piece.kept if len(piece.own) > 1 else 0,
            }
            for name, piece in names.items()
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    run = run_once(
        replace(work, setting=replace(setting, assignment=carrying), asked=asked),
        lambda stage: None,
    )
    broken = next((cell.error for cell in run.cells if cell.error), "")
    lost = run.message or broken or run.status
    failed = {}
    for name, piece in names.items():
        about = folder / "out" / name / "told.json"
        notes = json.loads(about.read_bytes()) if about.is_file() else {"error": lost}
        # a cell of its notebook that only ran for all of them is as good as its own
        problem = (broken if piece.places else "") or notes["error"]
        if problem:
            failed[piece.key] = problem
        else:
            _keep(piece, about.parent, notes, run, setting)
    shutil.rmtree(folder, ignore_errors=True)
    return failed


def _keep(piece: Piece, folder: Path, notes: dict[str, Any], run: Run, setting: Setting) -> None:
    """Collect, measure as far as nothing is trained for it, keep. The model of the solution is
    trained if need be, so that equal ones of other spellings are known."""
    cache = setting.cache
    if not piece.is_solution:
        setting = replace(setting, cache=Known(cache.root, cache.max_bytes))
    work = _work(piece, setting, folder)
    shared = folder.parent / "shared"
    moved = [(shared / sha256, folder / "out" / name) for name, sha256 in notes["shared"].items()]
    for source, target in moved:
        source.rename(target)
    try:
        evidence = collected(work, _run_of(piece, notes, run))
        training = measured(work, evidence)
    finally:
        for source, target in moved:
            target.rename(source)
    if training is not None and training.status == "failed":
        raise MeasureError(f"Measuring failed: {training.message}")
    save_evidence(_kept_in(piece, setting), evidence.model_copy(update={"measured": training}))


def _run_of(piece: Piece, notes: dict[str, Any], run: Run) -> Run:
    """Of the kernel's run what is this piece's: how its own cells ran, where that is asked for."""
    cells = tuple(
        CellRun(index=index, status="error" if error else "ok", error=error)
        for index, error in zip(piece.places, notes["cells"] if piece.places else (), strict=True)
    )
    update: dict[str, Any] = {"seconds": notes["seconds"], "cells": cells}
    if cells:
        update["message"] = ""
    if any(cell.error for cell in cells):
        update["status"] = "student_error"
    return run.model_copy(update=update)
