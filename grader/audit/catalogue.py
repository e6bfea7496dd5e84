"""Which variants there are: those that `reference/<slug>/variants.py` describes, or a sample."""

import importlib.util
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Self

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

    def only(self, revision: str) -> Self:
        """The variants of one revision; of all for ""."""
        kept = tuple(s for s in self.solutions if revision in ("", s.revision))
        return replace(self, solutions=kept)


def load_catalogue(assignment: Assignment, folder: Path | None = None) -> Catalogue:
    """Load the variants of an assignment. Raises AssignmentError where there are none."""
    folder = folder or assignment.reference
    path = folder / VARIANTS
    if not path.is_file():
        raise AssignmentError(
            f"There is no {VARIANTS} in {folder}.",
            what_to_do="The audit needs the reference solutions: run it in the repository.",
        )
    module = _import(path)
    try:
        return Catalogue(
            solutions=tuple(module.SOLUTIONS),
            rewrites=tuple(module.REWRITES),
            not_asked=frozenset(module.NOT_ASKED),
        )
    except AttributeError as problem:
        raise AssignmentError(f"{path}: {problem}.") from problem


def _import(path: Path) -> ModuleType:
    """A module of the reference folder; it may import its neighbours, and those of its folder."""
    spec = importlib.util.spec_from_file_location("grader_variants", path)
    assert spec is not None and spec.loader is not None  # noqa: S101 - a file that is there
    module = importlib.util.module_from_spec(spec)
    before = set(sys.modules)
    sys.path[:0] = folders = [str(path.parent), str(path.parent.parent)]
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        raise AssignmentError(f"{path}: {type(problem).__name__}: {problem}.") from problem
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in set(sys.modules) - before:
            # the next assignment has neighbours of the same names
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{folders[0]}/"):
                del sys.modules[name]
    return module


def choose_variants(
    catalogue: Catalogue, *, combined: int, seed: int, sample: int = 0
) -> tuple[Variant, ...]:
    """All variants; `combined` seeded combinations a revision; a seeded sample of them."""
    variants: list[Variant] = []
    for solution in catalogue.solutions:
        variants += singles(solution, catalogue.rewrites)
        variants += combinations(solution, catalogue.rewrites, count=combined, seed=seed)
    if 0 < sample < len(variants):
        dice = random.Random(seed)  # noqa: S311 - a choice, no secret
        drawn = dice.sample(range(len(variants)), sample)
        variants = [variants[index] for index in sorted(drawn)]
    return tuple(variants)
