"""`grader audit`: how often the rubric is wrong, measured on variants whose verdicts are known.

The variants are generated from the solutions in `reference/<slug>/` by the rewrites in its
`variants.py`. They go through the sandbox, the trust boundary and the judge as submissions do.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from grader.assignment import Assignment
from grader.audit.catalogue import Catalogue
from grader.audit.pieces import BuildsOn, Piece, joined, pieces
from grader.audit.run import kept_evidence, run_pieces
from grader.audit.variants import Part, Variant
from grader.records import Evidence, GraderError, scratch
from grader.run import Setting

CHUNK = 24
"""Pieces of one sandbox: TensorFlow is imported once for all of them."""


@dataclass
class Audit:
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
        return {piece.key: piece for pieces in self.pieces.values() for piece in pieces}

    def known(self, variant: Variant) -> Evidence | None:
        """The evidence of a variant, where all of its pieces were run."""
        own = self.pieces[variant.id]
        if not own or any(piece.key not in self.evidence for piece in own):
            return None
        return joined(variant, [(piece, self.evidence[piece.key]) for piece in own])


def run_audit(
    variants: Sequence[Variant],
    catalogue: Catalogue,
    setting: Setting,
    *,
    jobs: int = 1,
    tick: Callable[[Audit], None] = lambda audit: None,
) -> Audit:
    """Run what is not known yet. A variant that cannot be run is said, never counted. Ctrl-C does
    not wait for what is running: its sandboxes end with this process."""
    audit = Audit(tuple(variants), _pieces(variants, catalogue, setting.assignment))
    audit.evidence |= _kept(audit.asked.values(), setting)
    missing = [piece for key, piece in audit.asked.items() if key not in audit.evidence]
    pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="audit")
    waits = True
    with scratch("audit") as work:
        left: dict[Future[dict[str, str]], list[Piece]] = {
            pool.submit(_run_chunk, chunk, setting, work / f"{number}"): chunk
            for number, chunk in enumerate(_chunks(missing))
        }
        try:
            for task in as_completed(left):
                audit.failed |= task.result()
                new = _kept(left[task], setting)
                audit.evidence |= new
                audit.fresh += len(new)
                tick(audit)
        except KeyboardInterrupt:
            waits = False
            raise
        finally:
            pool.shutdown(wait=waits, cancel_futures=True)
    return audit


def _kept(pieces: Iterable[Piece], setting: Setting) -> dict[str, Evidence]:
    kept = {piece.key: kept_evidence(piece, setting) for piece in pieces}
    return {key: evidence for key, evidence in kept.items() if evidence is not None}


def _pieces(
    variants: Sequence[Variant], catalogue: Catalogue, assignment: Assignment
) -> dict[str, tuple[Piece, ...]]:
    solutions = {solution.revision: solution.parts for solution in catalogue.solutions}
    builds_on = cast(BuildsOn, assignment.checks.get("builds_on", lambda function: ()))
    graded = {name for revision in assignment.revisions for name in revision.functions}

    def linked(name: str) -> tuple[str, ...]:
        return (name, *builds_on(name)) if name in graded else ()

    return {
        variant.id: pieces(variant, solutions[variant.revision], linked) for variant in variants
    }


def _chunks(missing: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces with the same shared cells, a few at a time. The solution comes first, for others to
    be known by. Pieces with the same first own cell stand
    together: what it builds is built once for them."""
    chunks: list[list[Piece]] = []
    groups: dict[tuple[Part, ...], list[Piece]] = {}
    for piece in missing:
        groups.setdefault(piece.shared, []).append(piece)
    for group in groups.values():
        group.sort(key=lambda piece: (not piece.is_solution, piece.own[0].source))
        chunks += (group[start : start + CHUNK] for start in range(0, len(group), CHUNK))
    # in no order otherwise: several processes may share the work
    random.shuffle(chunks)
    return sorted(chunks, key=lambda chunk: not chunk[0].is_solution)


def _run_chunk(chunk: list[Piece], setting: Setting, folder: Path) -> dict[str, str]:
    """One sandbox; where it ended early, each of the pieces that it left out by itself. Returns key
    → why it could not be run."""
    # another process may be at work on the same variants
    chunk = [piece for piece in chunk if not kept_evidence(piece, setting)]
    if not chunk:
        return {}
    try:
        failed = run_pieces(chunk, setting, folder)
    except GraderError as fault:
        failed = {piece.key: str(fault) for piece in chunk if not kept_evidence(piece, setting)}
    if not failed or len(chunk) == 1:
        return failed
    failed_alone: dict[str, str] = {}
    for piece in chunk:
        if piece.key in failed:
            failed_alone |= _run_chunk([piece], setting, folder.with_name(f"{folder.name}-again"))
    return failed_alone
