"""Which variants there are: those that `reference/<slug>/variants.py` describes, or a sample."""

import random
import runpy
import sys
from dataclasses import dataclass, replace
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


def load_catalogue(assignment: Assignment) -> Catalogue:
    """Load the variants of an assignment. Raises AssignmentError where there are none. The file may
    import its neighbours, and those of its folder."""
    path = assignment.reference / VARIANTS
    if not path.is_file():
        raise AssignmentError(
            f"There is no {VARIANTS} in {path.parent}.",
            what_to_do="Say in it what to vary, as the grader's own assignments do: "
            "docs/authoring.md, “How often the rubric is wrong”.",
        )
    before = set(sys.modules)
    sys.path[:0] = folders = [str(path.parent), str(path.parent.parent)]
    try:
        offered = runpy.run_path(str(path), run_name="grader_variants")
        return Catalogue(
            solutions=tuple(offered["SOLUTIONS"]),
            rewrites=tuple(offered["REWRITES"]),
            not_asked=frozenset(offered["NOT_ASKED"]),
        )
    except Exception as problem:
        raise AssignmentError(f"{path}: {type(problem).__name__}: {problem}.") from problem
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in set(sys.modules) - before:
            # the next assignment has neighbours of the same names
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{folders[0]}/"):
                del sys.modules[name]


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
