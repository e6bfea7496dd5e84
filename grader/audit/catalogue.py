"""Which variants there are: those that `reference/<slug>/variants.py` describes, or a sample."""

from __future__ import annotations

import importlib.util
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from grader.assignment import Assignment
from grader.audit.variants import Rewrite, Solution, Variant, combinations, singles
from grader.records import AssignmentError

VARIANTS = "variants.py"


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What `reference/<slug>/variants.py` offers."""

    solutions: tuple[Solution, ...]
    rewrites: tuple[Rewrite, ...]
    not_asked: frozenset[str]
    """Criteria that cannot be asked here: those about the notebook as a whole."""

    def only(self, revision: str) -> Catalogue:
        """The variants of one revision; of all for ""."""
        kept = (one for one in self.solutions if revision in ("", one.revision))
        return replace(self, solutions=tuple(kept))


def load_catalogue(assignment: Assignment, folder: Path | None = None) -> Catalogue:
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


def choose_variants(
    known: Catalogue, *, combined: int, seed: int, sample: int = 0
) -> tuple[Variant, ...]:
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
