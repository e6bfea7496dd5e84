"""`grader audit`: how often the rubric is wrong, measured on variants whose verdicts are known.

The variants are generated from the solutions in `reference/<slug>/` by the rewrites in its
`variants.py`. They go through the sandbox, the trust boundary and the judge as submissions do.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from grader.assignment import Assignment
from grader.audit import run as audit_run
from grader.audit.catalogue import Catalogue
from grader.audit.pieces import BuildsOn, Piece, joined, pieces
from grader.audit.variants import Part, Variant
from grader.records import Evidence, GraderError
from grader.run import Setting

CHUNK = 24
"""Pieces of one sandbox: TensorFlow is imported once for all of them."""


@dataclass
class Audit:
    """What is known so far."""

    variants: tuple[Variant, ...]
    pieces: dict[str, tuple[Piece, ...]]
    """Variant → what it is asked as."""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    """Key of a piece → its evidence."""
    failed: dict[str, str] = field(default_factory=dict)
    """Key of a piece → why it could not be run."""
    fresh: int = 0
    """Pieces that were run now; the others were known."""

    @property
    def asked(self) -> dict[str, Piece]:
        """Every piece once."""
        return {one.key: one for found in self.pieces.values() for one in found}

    def known(self, variant: Variant) -> Evidence | None:
        """The evidence of a variant, where all of its pieces were run."""
        found = [(one, self.evidence.get(one.key)) for one in self.pieces[variant.id]]
        whole = [(piece, evidence) for piece, evidence in found if evidence is not None]
        return joined(variant, whole) if whole and len(whole) == len(found) else None


def run_audit(
    chosen: Sequence[Variant],
    known: Catalogue,
    setting: Setting,
    *,
    jobs: int = 1,
    tick: Callable[[Audit], None] = lambda audit: None,
) -> Audit:
    """Run what is not known yet. A variant that cannot be run is said, never counted."""
    audit = Audit(tuple(chosen), _pieces(chosen, known, setting.assignment))
    for key, piece in audit.asked.items():
        evidence = audit_run.kept(piece, setting)
        if evidence is not None:
            audit.evidence[key] = evidence
    waiting = _chunks([one for key, one in audit.asked.items() if key not in audit.evidence])
    running: dict[Future[dict[str, str]], list[Piece]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="grader-audit-") as work,
        ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="audit") as pool,
    ):
        number = 0
        while waiting or running:
            while waiting and len(running) < jobs:
                chunk, number = waiting.pop(0), number + 1
                task = pool.submit(_chunk, chunk, setting, Path(work) / f"{number}")
                running[task] = chunk
            for task in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                _take(audit, running.pop(task), task.result(), setting)
            tick(audit)
    return audit


def _pieces(
    chosen: Sequence[Variant], known: Catalogue, assignment: Assignment
) -> dict[str, tuple[Piece, ...]]:
    solutions = {one.revision: one.parts for one in known.solutions}
    builds_on = cast(BuildsOn, assignment.checks.get("builds_on", lambda function: ()))
    graded = {name for one in assignment.revisions for name in one.functions}

    def linked(name: str) -> tuple[str, ...]:
        return (name, *builds_on(name)) if name in graded else ()

    return {one.id: pieces(one, solutions[one.revision], linked) for one in chosen}


def _chunks(missing: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces with the same shared cells, a few at a time.

    The solution comes first, for others to be known by. Pieces with the same first own cell stand
    together: what it builds is built once for them.
    """
    chunks: list[list[Piece]] = []
    groups: dict[tuple[Part, ...], list[Piece]] = {}
    for one in missing:
        groups.setdefault(one.shared, []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: (not one.is_solution, one.own[0].source))
        for start in range(0, len(group), CHUNK):
            chunks.append(group[start : start + CHUNK])
    # in no order otherwise: several processes may share the work
    random.shuffle(chunks)
    return sorted(chunks, key=lambda chunk: not chunk[0].is_solution)


def _chunk(chunk: list[Piece], setting: Setting, work: Path) -> dict[str, str]:
    """One sandbox; where it ended early, each of the pieces that it left out by itself."""
    # another process may be at work on the same variants
    chunk = [one for one in chunk if not audit_run.kept(one, setting)]
    if not chunk:
        return {}
    try:
        failed = audit_run.run_pieces(chunk, setting, work)
    except GraderError as fault:
        failed = {one.key: str(fault) for one in chunk if not audit_run.kept(one, setting)}
    if not failed or len(chunk) == 1:
        return failed
    again: dict[str, str] = {}
    for one in chunk:
        if one.key in failed:
            again |= _chunk([one], setting, work.with_name(f"{work.name}-again"))
    return again


def _take(audit: Audit, chunk: list[Piece], failed: dict[str, str], setting: Setting) -> None:
    audit.failed |= failed
    for one in chunk:
        evidence = audit_run.kept(one, setting)
        if evidence is not None:
            audit.evidence[one.key] = evidence
            audit.fresh += 1
