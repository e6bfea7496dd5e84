"""A variant in pieces that can be asked apart from each other, and its evidence put together again.

What one mistake in the data function changes, the model functions cannot see. So the data function
of a variant is asked alone, the model functions are asked alone, and each piece is asked only once
however many variants share it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.audit.variants import Part, Variant
from grader.intake import names_of, plain_python
from grader.records import Evidence, digest

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
        cells = [[part.name, part.source] for part in (*self.shared, *self.own)]
        return digest([self.revision, self.functions, cells])


def pieces(variant: Variant, solution: Sequence[Part], builds_on: BuildsOn) -> tuple[Piece, ...]:
    """The pieces of a variant; one that holds everything where code has no functions."""
    before = {part.name: part.source for part in solution}
    made = []
    for functions in _groups(variant.parts, builds_on) or [()]:
        chosen = [
            replace(part, graded=not functions or bool(_defined(part) & set(functions)))
            if part.graded
            else part
            for part in variant.parts
        ]
        shared, own = shared_and_own(chosen, everything=not functions)
        made.append(
            Piece(
                revision=variant.revision,
                functions=functions,
                shared=shared,
                own=own,
                is_solution=all(before.get(part.name) == part.source for part in own),
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
        apart = [group for group in groups if not group & linked]
        groups = [*apart, linked.union(*(group for group in groups if group & linked))]
    return [tuple(sorted(group)) for group in groups]


def shared_and_own(
    parts: Sequence[Part], *, everything: bool = False
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """(cells that no variant changes, cells of the variant): only those that the graded ones need.
    everything: all that stand before the last graded one, as no name tells what a cell leaves on
    the disk. A cell that needs what a graded one leaves belongs to the variant."""
    names = [names_of(plain_python(part.source)) for part in parts]
    graded = [index for index, part in enumerate(parts) if part.graded]
    wanted = set(range(max(graded, default=-1) + 1) if everything else graded)
    waiting = list(wanted)
    while waiting:
        for name in names[waiting.pop()].needed:
            for index, cell in enumerate(names):
                if name in cell.bound and index not in wanted:
                    wanted.add(index)
                    waiting.append(index)
    changed = {name for index in graded for name in names[index].bound}
    own: set[int] = set()
    for index in sorted(wanted):
        if parts[index].graded or names[index].needed & changed:
            own.add(index)
            changed |= names[index].bound
    return (
        tuple(parts[index] for index in sorted(wanted - own)),
        tuple(parts[index] for index in sorted(own)),
    )


def joined(variant: Variant, asked: Sequence[tuple[Piece, Evidence]]) -> Evidence:
    """The evidence of the whole variant. Each piece answers for its own functions only."""
    parts = [evidence for _, evidence in asked]
    first = parts[0]
    answers = {
        name: answer
        for piece, evidence in asked
        for name, answer in evidence.answers.items()
        if len(asked) == 1 or name in piece.functions
    }
    with_model = next((part for part in parts if part.graphs), first)
    return first.model_copy(
        update={
            "submission": first.submission.model_copy(
                update={"id": variant.id[:200], "sha256": variant.sha256}
            ),
            "run": first.run.model_copy(update={"seconds": sum(e.run.seconds for e in parts)}),
            "answers": answers,
            "graphs": {name: graph for e in parts for name, graph in e.graphs.items()},
            "weights": {name: arrays for e in parts for name, arrays in e.weights.items()},
            "problems": tuple(problem for e in parts for problem in e.problems),
            "measured": with_model.measured,
        }
    )
