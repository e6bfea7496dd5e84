"""A variant in pieces that can be asked apart from each other, and its evidence put together again.

What one mistake in the data function changes, the model functions cannot see. So the data function
of a variant is asked alone, the model functions are asked alone, and each piece is asked only once
however many variants share it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.audit.variants import Part, Variant, shared_and_own
from grader.intake import names_of, plain_python
from grader.records import Evidence, Measured, digest

BuildsOn = Callable[[str], tuple[str, ...]]
"""A graded function → those whose values it is given."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Functions that belong together, with the cells that they need."""

    revision: str
    functions: tuple[str, ...]
    shared: tuple[Part, ...]
    """Cells that no variant changes."""
    own: tuple[Part, ...]
    is_solution: bool = False
    """No rewrite touched it: its model may be trained, so that equal ones are known."""
    kept: int = 1
    """Which of its own cells, counted from 1, makes the network that pieces may share; 0: none."""
    code: str = ""
    """sha256 of the code that hidden inputs are drawn for; "": those that all variants get."""
    places: tuple[int, ...] = ()
    """Where its own cells stand in a notebook, if how they ran is asked for."""

    @property
    def key(self) -> str:
        return digest(
            [
                self.revision,
                self.functions,
                [[one.name, one.source] for one in (*self.shared, *self.own)],
            ]
        )


def pieces(variant: Variant, solution: Sequence[Part], builds_on: BuildsOn) -> tuple[Piece, ...]:
    """The pieces of a variant; one that holds everything where code has no functions."""
    groups = _groups(variant.parts, builds_on) or [()]
    before = {one.name: one.source for one in solution}
    made = []
    for functions in groups:
        chosen = tuple(
            replace(
                one, graded=one.graded and bool(_defined(one) & set(functions) or not functions)
            )
            for one in variant.parts
        )
        shared, own = shared_and_own(chosen, everything=not functions)
        same = all(before.get(one.name) == one.source for one in own)
        made.append(
            Piece(
                revision=variant.revision,
                functions=functions,
                shared=shared,
                own=own,
                is_solution=same,
            )
        )
    return tuple(made)


def _defined(part: Part) -> set[str]:
    return set(names_of(plain_python(part.source)).bound) if part.graded else set()


def _groups(parts: Sequence[Part], builds_on: BuildsOn) -> list[tuple[str, ...]]:
    """Functions of one cell, and functions that build on each other, belong together."""
    groups: list[set[str]] = []
    for part in parts:
        names = {name for name in _defined(part) if builds_on(name)}
        linked = names | {below for name in names for below in builds_on(name)}
        if not linked:
            continue
        apart = [one for one in groups if not one & linked]
        groups = [*apart, set().union(linked, *(one for one in groups if one & linked))]
    return [tuple(sorted(one)) for one in groups]


def joined(variant: Variant, found: Sequence[tuple[Piece, Evidence]]) -> Evidence:
    """The evidence of the whole variant. Each piece answers for its own functions only."""
    first = found[0][1]
    answers = {
        name: answer
        for piece, one in found
        for name, answer in one.answers.items()
        if len(found) == 1 or name in piece.functions
    }
    return first.model_copy(
        update={
            "submission": first.submission.model_copy(
                update={"id": variant.id[:200], "sha256": variant.sha256}
            ),
            "run": first.run.model_copy(update={"seconds": sum(e.run.seconds for _, e in found)}),
            "answers": answers,
            "graphs": {name: one for _, e in found for name, one in e.graphs.items()},
            "weights": {name: one for _, e in found for name, one in e.weights.items()},
            "problems": tuple(one for _, e in found for one in e.problems),
            "measured": _measured([e for _, e in found]),
        }
    )


def _measured(found: Sequence[Evidence]) -> Measured | None:
    """What was measured of the piece that has a model."""
    found = sorted(found, key=lambda one: not one.graphs)
    return found[0].measured if found else None
