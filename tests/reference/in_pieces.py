"""Labelled cases that differ from a solution in a graded function or two, many in one kernel.

As `grader audit` asks variants: TensorFlow is imported once, the cells that need nothing of a
graded one are run once, and each case has the rest of its notebook run, graded cells and all that
needs what they leave, in a namespace of its own, and is asked. A function that makes the network
and is the solution's own builds it once; it is handed out again only while it is as it was.

Which cases may be asked so is found by comparing notebooks. One in six of them is run whole all the
same, other ones with every change of the grader's code, and asked beside the others too: the
evidence has to be equal (`test_cases.py`).

No model is trained here but those of solutions and of cases that are about training, as in the
audit: what other spellings build is mostly known by then, and the rest is trained when its turn
comes to be run whole.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelled import SOLUTION, Labelled
from turns import in_turn

from grader.audit.pieces import Piece, shared_and_own
from grader.audit.run import kept_evidence, run_pieces
from grader.audit.variants import Part
from grader.intake import Cell, Notebook, code_sha256, names_of, plain_python, take_in
from grader.records import CellRun, Evidence, Submission
from grader.run import Setting

MOST_CHANGED = 2
"""Cells of a case that may differ from the solution's."""
CHUNK = 24
"""Cases of one kernel."""
EVERY = 6
"""Of so many cases that could be asked beside others one is run whole."""


@dataclass(frozen=True)
class Pieced:
    """A case that can be asked beside others."""

    submission: Submission
    piece: Piece
    shared: tuple[int, ...]
    """Where the cells stand that are run once for all."""

    def evidence(self, setting: Setting) -> Evidence | None:
        """What was found, as of a run of the whole notebook; None where it could not be run."""
        found = kept_evidence(self.piece, setting)
        if found is None:
            return None
        ran = [*(CellRun(index=index, status="ok") for index in self.shared), *found.run.cells]
        cells = tuple(sorted(ran, key=lambda cell: cell.index))
        run = found.run.model_copy(update={"cells": cells})
        return found.model_copy(update={"submission": self.submission, "run": run})


def pieces(labelled: Labelled) -> dict[str, Pieced]:
    """Name → the case as a piece, of all that differ from a solution in graded cells alone."""
    found = {name: _pieced(labelled, name) for name in labelled.names()}
    return {name: one for name, one in found.items() if one is not None}


def run_whole_as_well(names: Iterable[str]) -> list[str]:
    """One in six of these, by their place: which one, the text of all our programs decides."""
    return in_turn(sorted(names), EVERY)


def ask(cases: dict[str, Pieced], setting: Setting, work: Path, *, jobs: int) -> dict[str, str]:
    """Run all of them; name → why there is no evidence, of those that could not be run."""
    by_key = {case.piece.key: name for name, case in cases.items()}

    def run(numbered: tuple[int, list[Piece]]) -> dict[str, str]:
        number, chunk = numbered
        return run_pieces(chunk, setting, work / f"{number}")

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        failed = list(pool.map(run, enumerate(_chunks(cases))))
    return {by_key[key]: why for one in failed for key, why in one.items()}


def _chunks(cases: dict[str, Pieced]) -> list[list[Piece]]:
    """Those with the same shared cells together, those that share the network side by side."""
    groups: dict[tuple[Part, ...], list[Pieced]] = {}
    for case in cases.values():
        groups.setdefault(case.piece.shared, []).append(case)
    chunks = []
    for group in groups.values():
        same = [case.piece for case in sorted(group, key=lambda case: case.piece.kept == 0)]
        chunks += [same[start : start + CHUNK] for start in range(0, len(same), CHUNK)]
    return sorted(chunks, key=len, reverse=True)


@functools.cache
def _read(labelled: Labelled, name: str) -> tuple[dict[str, Any], Submission, Notebook]:
    """The file, and what intake makes of it."""
    (source,) = labelled.sources([name])
    submission, notebook = take_in(source, labelled.assignment)
    assert notebook is not None
    return json.loads(source.path.read_text("utf-8")), submission, notebook


def _solution(labelled: Labelled, revision: str) -> tuple[dict[str, Any], Notebook]:
    """The solution of a revision: the file, and what intake makes of it."""
    for name, case in labelled.expected.items():
        if case["change"] == SOLUTION:
            book, submission, notebook = _read(labelled, name)
            if submission.revision == revision:
                return book, notebook
    raise AssertionError(f"{labelled.slug}: revision {revision} has no solution")


def _pieced(labelled: Labelled, name: str) -> Pieced | None:
    """None where only a run of its own can show what the case is about."""
    case, (book, submission, notebook) = labelled.expected[name], _read(labelled, name)
    revisions = labelled.assignment.revisions
    functions = next((r.functions for r in revisions if r.id == submission.revision), ())
    # what ends the process or waits for a limit would take other cases with it
    if case["run"] or case["slow"]:
        return None
    solution, solved = _solution(labelled, submission.revision)
    if not functions:
        # what is not graded, as the call of `fit`, may say what the data are
        same, other = (
            _code(book, graded=graded) == _code(solution, graded=graded) for graded in (True, False)
        )
        apart = labelled.flat_apart and other and not same
        return _flat(case, book, submission, notebook) if apart else None
    graded, changed = _compared(solution, book)
    if not 0 < len(changed) <= MOST_CHANGED or len(notebook.cells) != len(book["cells"]):
        return None
    shared, own = _shared_and_own(notebook, graded, functions)
    network = _network_cell(labelled, solved, functions)
    shares = network is not None and network not in changed
    kept = 1 + [cell.index for cell in own].index(network) if shares else 0
    return _made(case, submission, notebook, shared, own, kept)


def _made(
    case: dict[str, Any],
    submission: Submission,
    notebook: Notebook,
    shared: Sequence[Cell],
    own: Sequence[Cell],
    kept: int = 0,
) -> Pieced:
    piece = Piece(
        revision=submission.revision,
        functions=(),
        shared=tuple(Part(name=f"{cell.index}", source=cell.source) for cell in shared),
        own=tuple(Part(name=f"{cell.index}", source=cell.source) for cell in own),
        is_solution=case["measured"],
        kept=kept,
        code=code_sha256(notebook),
        places=tuple(cell.index for cell in own),
    )
    return Pieced(submission, piece, tuple(cell.index for cell in shared))


def _flat(
    case: dict[str, Any], book: dict[str, Any], submission: Submission, notebook: Notebook
) -> Pieced | None:
    """Flat code up to its last graded cell: what it leaves there is all that it is asked about."""
    graded = _graded(book)
    if not graded or len(notebook.cells) != len(book["cells"]):
        return None
    parts = [
        Part(name=f"{cell.index}", source=cell.source, graded=cell.index in graded)
        for cell in notebook.code
    ]
    run_once_for_all, run_for_each = (
        {part.name for part in some} for some in shared_and_own(parts, everything=True)
    )
    shared = [cell for cell in notebook.code if f"{cell.index}" in run_once_for_all]
    own = [cell for cell in notebook.code if f"{cell.index}" in run_for_each]
    return _made(case, submission, notebook, shared, own)


def _graded(book: dict[str, Any]) -> set[int]:
    """Where the cells with that tag stand."""
    cells = enumerate(book["cells"])
    return {index for index, cell in cells if "graded" in cell["metadata"].get("tags", ())}


def _code(book: dict[str, Any], *, graded: bool) -> list[str]:
    """Of the graded cells, or of all others: where it is the solution's, a case is about something
    else."""
    cells, tagged = book["cells"], _graded(book)
    return [
        "".join(cell["source"])
        for index, cell in enumerate(cells)
        if cell["cell_type"] == "code" and (index in tagged) == graded
    ]


def _compared(solution: dict[str, Any], book: dict[str, Any]) -> tuple[set[int], set[int]]:
    """(graded cells, those of them whose source differs); no cell differs in two whole books that
    differ elsewhere: such a case is about something else."""
    graded = _graded(solution)
    pairs = list(enumerate(zip(solution["cells"], book["cells"], strict=False)))
    changed = {index for index, (theirs, own) in pairs if theirs["source"] != own["source"]}
    restored = [
        {**own, "source": solution["cells"][index]["source"]} if index in graded else own
        for index, own in enumerate(book["cells"])
    ]
    return graded, changed if {**book, "cells": restored} == solution else set()


def _shared_and_own(
    notebook: Notebook, graded: set[int], functions: tuple[str, ...]
) -> tuple[list[Cell], list[Cell]]:
    """(cells that need nothing of a graded one, the rest)."""
    shared: list[Cell] = []
    own: list[Cell] = []
    left = set(functions)  # of a cell that cannot be parsed no name is known
    for cell in notebook.code:
        names = names_of(plain_python(cell.source))
        if cell.index in graded or names.needed & left:
            own.append(cell)
            left |= names.bound
        else:
            shared.append(cell)
    return shared, own


def _network_cell(labelled: Labelled, solution: Notebook, functions: tuple[str, ...]) -> int | None:
    """Where the function stands that builds on none and others build on, if there is one."""
    builds_on: Any = labelled.assignment.checks.get("builds_on", lambda function: ())
    below = {name for function in functions for name in builds_on(function)}
    lowest = [name for name in functions if name in below and not builds_on(name)]
    return solution.functions[lowest[0]] if len(lowest) == 1 else None
