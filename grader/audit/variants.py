"""Labelled variants, generated: a solution, rewrites of its syntax tree, and what each costs.

Pure: nothing is run here. A variant is made only where its rewrites change something, so one table
of rewrites serves every revision.
"""

import ast
import functools
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.audit.rewrite import Change
from grader.records import digest

RANK = {"failed": 0, "skipped": 0, "error": 0, "partial": 1, "passed": 2}
"""Statuses from worse to better; what was skipped does what a failed one does."""


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    source: str
    graded: bool = False


@dataclass(frozen=True, kw_only=True)
class Solution:
    revision: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """One change of a solution, and the verdicts that it must lead to."""

    id: str
    slots: frozenset[str]
    """What it touches. Rewrites are combined only where they touch different things."""
    changes: tuple[Change, ...]
    """Done one after the other in every graded cell; each has to change something somewhere."""
    costs: Mapping[str, str] = field(default_factory=dict)
    """Criterion → status. What is not named keeps full marks; {} is another right spelling."""
    only_in: frozenset[str] = frozenset()
    """Revisions that it is meant for; empty: all."""
    costs_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Revision → costs, where they differ."""
    alone: bool = False
    """Not combined with others: what it costs depends on the rest of the notebook."""

    def cost(self, revision: str) -> Mapping[str, str]:
        return self.costs_in.get(revision, self.costs)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A changed solution with its label."""

    id: str
    revision: str
    rewrites: tuple[str, ...]
    parts: tuple[Part, ...]
    expected: Mapping[str, str]

    @property
    def right(self) -> bool:
        return not self.expected

    @property
    def sha256(self) -> str:
        return digest([self.revision, [[part.name, part.source] for part in self.parts]])

    def wants(self, criterion: str) -> str:
        return self.expected.get(criterion, "passed")


@functools.lru_cache(maxsize=64)
def _parsed(source: str) -> ast.Module:
    """Never changed in place: changes give copies."""
    return ast.parse(source)


def applied(parts: Sequence[Part], rewrite: Rewrite) -> tuple[Part, ...] | None:
    """The parts after a rewrite; None where one of its changes finds nothing to change."""
    trees = {index: _parsed(part.source) for index, part in enumerate(parts) if part.graded}
    touched: set[int] = set()
    for change in rewrite.changes:
        changed = {index: made for index, tree in trees.items() if (made := change(tree))}
        if not changed:
            return None
        trees |= changed
        touched |= changed.keys()
    return tuple(
        replace(part, source=ast.unparse(trees[index])) if index in touched else part
        for index, part in enumerate(parts)
    )


def variant(solution: Solution, rewrites: Sequence[Rewrite]) -> Variant | None:
    """The solution after these rewrites, in order; None where one of them does not apply."""
    parts = solution.parts
    expected: dict[str, str] = {}
    for rewrite in rewrites:
        if rewrite.only_in and solution.revision not in rewrite.only_in:
            return None
        changed = applied(parts, rewrite)
        if changed is None:
            return None
        parts = changed
        expected = worst(expected, rewrite.cost(solution.revision))
    names = tuple(rewrite.id for rewrite in rewrites)
    return Variant(
        id=f"{solution.revision}-{'-and-'.join(names) or 'solution'}",
        revision=solution.revision,
        rewrites=names,
        parts=parts,
        expected=expected,
    )


def worst(label: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Both labels together: for each criterion the worse of the two statuses."""
    worse = {
        criterion: min(status, label.get(criterion, "passed"), key=RANK.__getitem__)
        for criterion, status in other.items()
    }
    return {**label, **worse}


def singles(solution: Solution, rewrites: Iterable[Rewrite]) -> Iterator[Variant]:
    for chosen in [(), *((rewrite,) for rewrite in rewrites)]:
        made = variant(solution, chosen)
        if made is not None:
            yield made


def combinations(
    solution: Solution, rewrites: Sequence[Rewrite], *, count: int, seed: int
) -> Iterator[Variant]:
    """`count` seeded combinations of two and three rewrites that touch different things."""
    dice = random.Random(f"{seed} {solution.revision}")  # noqa: S311 - a choice, no secret
    usable = [r for r in rewrites if not r.alone and variant(solution, [r]) is not None]
    made: set[tuple[str, ...]] = set()
    for _ in range(50 * count):
        if len(made) >= count or len(usable) < 2:  # noqa: PLR2004 - a combination has two
            return
        chosen = dice.sample(usable, min(len(usable), dice.choice((2, 2, 3))))
        apart = all(not a.slots & b.slots for a, b in itertools.combinations(chosen, 2))
        combined = variant(solution, chosen) if apart else None
        key = tuple(sorted(rewrite.id for rewrite in chosen))
        if combined is not None and key not in made:
            made.add(key)
            yield combined
