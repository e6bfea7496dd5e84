"""`grader audit`: how often the rubric is wrong, measured on variants whose verdicts are known.

The variants are generated from the solutions in `reference/<slug>/` by the rewrites in its
`variants.py`. They go through the sandbox, the trust boundary and the judge as submissions do.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, cast

from grader import audit_run
from grader.assignment import Assignment
from grader.audit_pieces import BuildsOn, Piece, joined, pieces
from grader.audit_variants import RANK, Part, Rewrite, Solution, Variant, combinations, singles
from grader.errors import AssignmentError, GraderError
from grader.judge import judge
from grader.measure_interval import wilson
from grader.pipeline import Setting
from grader.records import Evidence

VARIANTS = "variants.py"
CHUNK = 24
"""Pieces of one sandbox: TensorFlow is imported once for all of them."""
CONFIDENCE = 0.95
MEASURED = "accuracy_at_least"
"""The check that asks for a training: asked only where an equal model has been trained before."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What `reference/<slug>/variants.py` offers."""

    solutions: tuple[Solution, ...]
    rewrites: tuple[Rewrite, ...]
    not_asked: frozenset[str]
    """Criteria that cannot be asked here: those about the notebook as a whole."""


class Wrong(NamedTuple):
    """A verdict that is not the expected one."""

    variant: Variant
    criterion: str
    status: str
    expected: str
    message: str

    @property
    def is_false_accept(self) -> bool:
        return RANK[self.status] > RANK[self.expected]


@dataclass
class Tally:
    """One criterion over all variants."""

    criterion: str
    right: int = 0
    """Variants that have to pass it."""
    mistaken: int = 0
    """Variants that must not."""
    false_accepts: int = 0
    false_rejects: int = 0

    @property
    def variants(self) -> int:
        return self.right + self.mistaken

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson interval of the share of wrong verdicts."""
        wrong = self.false_accepts + self.false_rejects
        return wilson(wrong, self.variants, CONFIDENCE) if self.variants else (0.0, 1.0)


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


def catalogue(assignment: Assignment, folder: Path | None = None) -> Catalogue:
    """Load the variants of an assignment. Raises AssignmentError where there are none."""
    place = folder or assignment.folder.parent.parent / "reference" / assignment.slug
    if not (place / VARIANTS).is_file():
        raise AssignmentError(
            f"There is no {VARIANTS} in {place}.",
            what_to_do="The audit needs the reference solutions: run it in the repository.",
        )
    module = _import(place / VARIANTS)
    try:
        return Catalogue(
            solutions=tuple(module.SOLUTIONS),
            rewrites=tuple(module.REWRITES),
            not_asked=frozenset(module.NOT_ASKED),
        )
    except AttributeError as problem:
        raise AssignmentError(f"{place / VARIANTS}: {problem}.") from problem


def _import(path: Path) -> ModuleType:
    """A module of the reference folder; it may import its neighbours."""
    spec = importlib.util.spec_from_file_location("grader_variants", path)
    assert spec is not None and spec.loader is not None  # noqa: S101 - a file that is there
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        raise AssignmentError(f"{path}: {type(problem).__name__}: {problem}.") from problem
    finally:
        sys.path.remove(str(path.parent))
    return module


def variants(known: Catalogue, *, combined: int, seed: int, sample: int = 0) -> tuple[Variant, ...]:
    """All variants; `combined` seeded combinations a revision; a seeded sample of them."""
    found = [
        one
        for solution in known.solutions
        for one in (
            *singles(solution, known.rewrites),
            *combinations(solution, known.rewrites, count=combined, seed=seed),
        )
    ]
    if 0 < sample < len(found):
        dice = random.Random(seed)  # noqa: S311 - a choice, no secret
        chosen = set(dice.sample(range(len(found)), sample))
        found = [one for place, one in enumerate(found) if place in chosen]
    return tuple(found)


def run(
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
        failed = audit_run.run(chunk, setting, work)
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


def compare(
    audit: Audit, assignment: Assignment, not_asked: frozenset[str]
) -> tuple[list[Tally], list[Wrong]]:
    """Per criterion how often the verdict was the expected one, and every one that was not."""
    tallies = {one.id: Tally(one.id) for one in assignment.criteria if one.id not in not_asked}
    checks = {one.id: one.check for one in assignment.criteria}
    wrong: list[Wrong] = []
    for variant in audit.variants:
        evidence = audit.known(variant)
        for verdict in judge(assignment, evidence).verdicts if evidence else ():
            tally = tallies.get(verdict.criterion)
            measured = checks[verdict.criterion] == MEASURED
            if tally is None or (measured and not _trained(variant, evidence)):
                continue
            wanted = variant.wants(verdict.criterion)
            tally.right += wanted == "passed"
            tally.mistaken += wanted != "passed"
            if RANK[verdict.status] != RANK[wanted]:
                one = Wrong(variant, verdict.criterion, verdict.status, wanted, verdict.message)
                wrong.append(one)
                tally.false_accepts += one.is_false_accept
                tally.false_rejects += not one.is_false_accept
    return list(tallies.values()), wrong


def _trained(variant: Variant, evidence: Evidence | None) -> bool:
    """Whether the accuracy can be asked: of right variants whose model is one that was trained."""
    measured = evidence.measured if evidence else None
    return variant.right and measured is not None and measured.status == "ok"
