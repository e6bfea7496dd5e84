"""Puts back what a notebook lost of the release notebook, where that is fair.

Fair is what was handed out and is nothing to be learned: imports, the paths of the data, a
provided callback. A cell comes back when a graded function needs a name that nothing in the
notebook binds any more and that this cell binds. It is put at the front, so whatever the notebook
does itself wins.
"""

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
    provided = _provided(release, graded, objects) if missing else {}
    back = _chosen(missing, provided)
    first = next((index for index, cell in enumerate(notebook.cells) if _may_follow(cell)), None)
    if not back or first is None:
        return notebook, ()
    sources = [cell.source for cell in release.code if cell.index in back]
    cells = list(notebook.cells)
    source = PUT_BACK + "\n\n".join([*sources, cells[first].source])
    cells[first] = cells[first].model_copy(update={"source": source})
    given = missing.intersection(name for index in back for name in provided[index].bound)
    shown = ", ".join(f"`{name}`" for name in sorted(given)[:6])
    return notebook.model_copy(update={"cells": tuple(cells)}), (
        f"Nothing in the notebook defines {shown}, which the release notebook provides: "
        "that part was put back for grading, and costs nothing.",
    )


def _names(notebook: Notebook) -> dict[int, Names]:
    """Index of a cell that is run → its names."""
    return {cell.index: names_of(plain_python(cell.source)) for cell in notebook.code}


def _missing(notebook: Notebook, graded: Sequence[str]) -> set[str]:
    """Names that graded code needs and nothing binds."""
    names = _names(notebook)
    own = {notebook.functions[name] for name in graded if name in notebook.functions}
    asked = [names[index] for index in names if index in own or not graded]
    needed = {name for part in asked for name in part.needed}
    # what a graded function calls may be a function of another cell
    while more := {
        name for part in names.values() if part.bound & needed for name in part.needed - needed
    }:
        needed |= more
    return needed.difference(*(part.bound for part in names.values()))


def _provided(release: Notebook, graded: Sequence[str], objects: Sequence[str]) -> dict[int, Names]:
    """Cells of the release notebook that do not run anything the student has to write."""
    names = _names(release)
    written = {release.functions[name] for name in graded if name in release.functions}
    written |= {index for index in names if names[index].bound & set(objects)}
    blocked = set(graded).union(*(names[index].bound for index in written))
    provided: dict[int, Names] = {}
    for cell in release.code:
        own = names[cell.index]
        if cell.index in written or own.at_once & blocked or parse_cell(cell.source) is None:
            blocked |= own.bound
        else:
            provided[cell.index] = own
    return provided


def _chosen(missing: set[str], provided: Mapping[int, Names]) -> set[int]:
    """Cells that bind a missing name, and those that these need."""
    chosen: set[int] = set()
    wanted = missing
    while more := {index for index in provided if provided[index].bound & wanted} - chosen:
        chosen |= more
        wanted = {name for index in more for name in provided[index].needed}
    return chosen


def _may_follow(cell: Cell) -> bool:
    """Whether it is run, can be parsed, and may begin with other lines."""
    special = cell.source.lstrip().startswith("%%") or "from __future__" in cell.source
    runs = cell.kind == "code" and cell.graded and not special
    return runs and parse_cell(cell.source) is not None
