"""Labelled variants, generated: a solution, rewrites of its syntax tree, and what each costs.

Pure: nothing is run here. A variant is made only where its rewrites change something, so one table
of rewrites serves every revision.
"""

from __future__ import annotations

import ast
import functools
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.audit.rewrite import Change
from grader.intake import names_of, plain_python
from grader.records import digest

RANK = {"failed": 0, "skipped": 0, "error": 0, "partial": 1, "passed": 2}
"""Statuses from worse to better; what was skipped does what a failed one does."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One code cell of a solution."""

    name: str
    source: str
    graded: bool = False


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The code cells of the solution of one revision, in order."""

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
        return digest([self.revision, [[one.name, one.source] for one in self.parts]])

    def wants(self, criterion: str) -> str:
        return self.expected.get(criterion, "passed")


@functools.lru_cache(maxsize=64)
def _parsed(source: str) -> ast.Module:
    """Never changed in place: changes give copies."""
    return ast.parse(source)


def applied(parts: Sequence[Part], rewrite: Rewrite) -> tuple[Part, ...] | None:
    """The parts after a rewrite; None where one of its changes finds nothing to change."""
    trees = [_parsed(one.source) if one.graded else None for one in parts]
    touched: set[int] = set()
    for change in rewrite.changes:
        hit = False
        for place, tree in enumerate(trees):
            made = change(tree) if tree is not None else None
            if made is not None:
                trees[place], hit = made, True
                touched.add(place)
        if not hit:
            return None
    return tuple(
        Part(name=one.name, source=ast.unparse(tree), graded=True)
        if place in touched and tree is not None
        else one
        for place, (one, tree) in enumerate(zip(parts, trees, strict=True))
    )


def variant(solution: Solution, rewrites: Sequence[Rewrite]) -> Variant | None:
    """The solution after these rewrites, in order; None where one of them does not apply."""
    parts: tuple[Part, ...] | None = solution.parts
    expected: dict[str, str] = {}
    for one in rewrites:
        if one.only_in and solution.revision not in one.only_in:
            return None
        parts = applied(parts, one) if parts is not None else None
        expected = worst(expected, one.cost(solution.revision))
    if parts is None:
        return None
    names = tuple(one.id for one in rewrites)
    return Variant(
        id=f"{solution.revision}-{'-and-'.join(names) or 'solution'}",
        revision=solution.revision,
        rewrites=names,
        parts=parts,
        expected=expected,
    )


def worst(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Both labels together: for each criterion the worse of the two statuses."""
    joined = dict(one)
    for criterion, status in other.items():
        known = joined.get(criterion, "passed")
        joined[criterion] = status if RANK[status] <= RANK[known] else known
    return joined


def singles(solution: Solution, rewrites: Iterable[Rewrite]) -> Iterator[Variant]:
    """The solution itself and each rewrite alone."""
    for chosen in [(), *((one,) for one in rewrites)]:
        made = variant(solution, chosen)
        if made is not None:
            yield made


def combinations(
    solution: Solution, rewrites: Sequence[Rewrite], *, count: int, seed: int
) -> Iterator[Variant]:
    """`count` seeded combinations of two and three rewrites that touch different things."""
    dice = random.Random(f"{seed} {solution.revision}")  # noqa: S311 - a choice, no secret
    usable = [one for one in rewrites if not one.alone and variant(solution, [one]) is not None]
    made: set[tuple[str, ...]] = set()
    for _ in range(50 * count):
        if len(made) >= count or len(usable) < 2:  # noqa: PLR2004 - a combination has two
            return
        chosen = dice.sample(usable, min(len(usable), dice.choice((2, 2, 3))))
        apart = all(not one.slots & two.slots for one, two in itertools.combinations(chosen, 2))
        found = variant(solution, chosen) if apart else None
        key = tuple(sorted(one.id for one in chosen))
        if found is not None and key not in made:
            made.add(key)
            yield found


def _before(parts: Sequence[Part]) -> set[int]:
    """Every cell up to the last graded one: what a cell leaves on the disk no name tells."""
    last = max((place for place, one in enumerate(parts) if one.graded), default=-1)
    return set(range(last + 1))


def shared_and_own(
    parts: Sequence[Part], *, everything: bool = False
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """(cells that no variant changes, cells of the variant): only those that the graded ones need,
    or everything that stands before them.

    A cell that needs what a graded one leaves belongs to the variant.
    """
    names = [names_of(plain_python(one.source)) for one in parts]
    wanted = {place for place, one in enumerate(parts) if one.graded}
    if everything:
        wanted = _before(parts)
    waiting = list(wanted)
    while waiting:
        for name in names[waiting.pop()].needed:
            for place, here in enumerate(names):
                if name in here.bound and place not in wanted:
                    wanted.add(place)
                    waiting.append(place)
    graded_names = {
        name for place, one in enumerate(parts) if one.graded for name in names[place].bound
    }
    own: set[int] = set()
    for place in sorted(wanted):
        if parts[place].graded or names[place].needed & graded_names:
            own.add(place)
            graded_names |= names[place].bound
    return (
        tuple(parts[place] for place in sorted(wanted - own)),
        tuple(parts[place] for place in sorted(own)),
    )
