"""Puts back what a notebook lost of the release notebook, where that is fair.

Fair is what was handed out and is nothing to be learned: imports, the paths of the data, a
provided callback. A cell comes back when a graded function needs a name that nothing in the
notebook binds any more and that this cell binds. It is put at the front, so whatever the notebook
does itself wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.intake.notebook import Cell, Names, Notebook, names_of, parse_cell, plain_python

PUT_BACK = "# put back by the grader: this cell of the release notebook is missing here\n"


def restored(
    notebook: Notebook, release: Notebook, graded: Sequence[str], objects: Sequence[str] = ()
) -> tuple[Notebook, tuple[str, ...]]:
    """The notebook with what it needs of the release notebook, and what to say about it.

    graded: names of the graded functions of its revision; empty for code without functions.
    objects: names of what code without functions is graded on: never put back.
    """
    missing = _missing(notebook, graded)
    back = _cells_for(missing, _provided(release, graded, objects)) if missing else []
    place = _first_that_runs(notebook)
    if not back or place is None:
        return notebook, ()
    source = PUT_BACK + "\n\n".join(one.source for one, _ in back) + "\n\n"
    cells = tuple(
        cell.model_copy(update={"source": source + cell.source}) if at == place else cell
        for at, cell in enumerate(notebook.cells)
    )
    names = sorted(missing & frozenset().union(*(one.bound for _, one in back)))
    shown = ", ".join(f"`{name}`" for name in names[:6])
    return notebook.model_copy(update={"cells": cells}), (
        f"Nothing in the notebook defines {shown}, which the release notebook provides: "
        "that part was put back for grading, and costs nothing.",
    )


def _names(cell: Cell) -> Names:
    return names_of(plain_python(cell.source))


def _missing(notebook: Notebook, graded: Sequence[str]) -> frozenset[str]:
    """Names that graded code needs and nothing binds."""
    names = {cell.index: _names(cell) for cell in notebook.code}
    bound: frozenset[str] = frozenset().union(*(one.bound for one in names.values()))
    own = {notebook.functions[name] for name in graded if name in notebook.functions}
    asked = [one for index, one in names.items() if index in own or not graded]
    needed: frozenset[str] = frozenset().union(*(one.needed for one in asked))
    # what a graded function calls may be a function of another cell
    for _ in names:
        helpers = [one for one in names.values() if one.bound & needed]
        more = needed.union(*(one.needed for one in helpers))
        if more == needed:
            break
        needed = more
    return needed - bound


def _provided(
    release: Notebook, graded: Sequence[str], objects: Sequence[str]
) -> dict[int, tuple[Cell, Names]]:
    """Cells of the release notebook that do not run anything the student has to write."""
    names = {cell.index: _names(cell) for cell in release.code}
    written = {release.functions[name] for name in graded if name in release.functions}
    written |= {index for index, one in names.items() if one.bound & set(objects)}
    blocked = set(graded).union(*(names[index].bound for index in written))
    cells = {cell.index: cell for cell in release.code}
    found: dict[int, tuple[Cell, Names]] = {}
    for index, one in names.items():
        if index in written or one.at_once & blocked or parse_cell(cells[index].source) is None:
            blocked |= one.bound
        else:
            found[index] = (cells[index], one)
    return found


def _cells_for(
    missing: frozenset[str], provided: Mapping[int, tuple[Cell, Names]]
) -> list[tuple[Cell, Names]]:
    """Those that bind a missing name, and those that these need, in the release's order."""
    chosen: set[int] = set()
    wanted = set(missing)
    while True:
        more = {at for at, (_, one) in provided.items() if one.bound & wanted} - chosen
        if not more:
            return [provided[at] for at in sorted(chosen)]
        chosen |= more
        wanted = set().union(*(provided[at][1].needed for at in more))


def _first_that_runs(notebook: Notebook) -> int | None:
    """Position of the first code cell that can be parsed and may begin with other lines."""
    for place, cell in enumerate(notebook.cells):
        if cell.kind != "code" or not cell.graded:
            continue
        special = cell.source.lstrip().startswith("%%") or "from __future__" in cell.source
        if not special and parse_cell(cell.source) is not None:
            return place
    return None
