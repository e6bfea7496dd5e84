"""A cell as the pieces that are run by themselves: two exceptions from “an error ends its cell”.

Import statements stand alone, so that a package that is missing costs only what needs it. Where one
cell holds all that is graded, as a script does, each statement stands alone. Every line keeps its
number: `#` stands for what goes before a piece.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from grader.intake.notebook import Cell, parse_cell

Import = ast.Import | ast.ImportFrom
Imports = tuple[Import, ...]
MARGIN = re.compile(r"(?!(?:else|elif|except|finally)\b)[^\s)\]}#]")
"""A line that begins a statement, as far as can be told in code with an error in it."""


class Piece(NamedTuple):
    """Some lines of a cell."""

    text: str
    line: int = 1
    """Of the cell, with which it begins."""
    imports: Imports = ()
    """The statements of one that holds nothing else."""

    @property
    def source(self) -> str:
        """What is run: every line has its number in the cell. Made when it is asked for, as of a
        long script all of them together would fill the memory."""
        return "#\n" * (self.line - 1) + self.text

    def smaller(self) -> list["Piece"]:
        """What is run in the place of imports that fail: each statement, then each name."""
        nodes = self.imports
        if len(nodes) == 1 and len(nodes[0].names) > 1:
            (node,) = nodes
            nodes = tuple(only(node, alias) for alias in node.names)
        if len(nodes) < 2:  # noqa: PLR2004 - nothing smaller
            return []
        return [Piece(ast.unparse(node), node.lineno, (node,)) for node in nodes]


def statements_of(source: str) -> list[str]:
    """The statements of a cell, each by itself, as far as they can be told apart."""
    lines = source.split("\n")
    return ["\n".join(lines[unit.start : unit.end]) for unit in _units(lines, 0, len(lines))]


class _Unit(NamedTuple):
    """Lines of a text, from 0: a statement, or all of those on one line."""

    start: int
    end: int
    imports: Imports


def pieces_of(cell: Cell) -> list[Piece]:
    """The pieces of a cell, in order."""
    lines = cell.source.split("\n")
    if cell.source.lstrip().startswith("%%"):
        return [Piece(cell.source)]
    units: list[_Unit] = []
    for unit in _units(lines, 0, len(lines)):
        last = units[-1] if units else None
        alike = last is not None and bool(last.imports) == bool(unit.imports)
        if last and alike and (unit.imports or not cell.apart):
            units[-1] = _Unit(last.start, unit.end, last.imports + unit.imports)
        else:
            units.append(unit)
    if len(units) < 2:  # noqa: PLR2004 - the cell as it is
        return [Piece(cell.source, 1, units[0].imports if units else ())]
    return [Piece("\n".join(lines[s:e]), s + 1, imports) for s, e, imports in units]


def only(node: Import, alias: ast.alias) -> Import:
    """The statement for one of its names."""
    return type(node)(**{**vars(node), "names": [alias]})


def _units(lines: Sequence[str], start: int, end: int) -> Iterator[_Unit]:
    """Every line from `start` to `end` in one of them."""
    tree = parse_cell("\n".join(lines[start:end]))
    if tree is None:
        yield from _units_around_an_error(lines, start, end)
        return
    ends = [start]
    grouped: list[Imports] = []
    for node in tree.body:
        ast.increment_lineno(node, start)
        imports = (node,) if isinstance(node, Import) else ()
        stop = node.end_lineno or node.lineno
        while stop < end and lines[stop - 1].rstrip().endswith("\\"):
            stop += 1  # a shell line goes on
        if grouped and node.lineno <= ends[-1]:  # on the line of the statement before
            grouped[-1] = grouped[-1] + imports if grouped[-1] and imports else ()
            ends[-1] = stop
        else:
            grouped.append(imports)
            ends.append(stop)
    ends[-1] = end
    yield from (_Unit(a, b, found) for (a, b), found in zip(pairwise(ends), grouped, strict=True))


def _units_around_an_error(lines: Sequence[str], start: int, end: int) -> Iterator[_Unit]:
    """Of the parts between empty lines; in one with an error the imports alone can be told."""
    begins = [
        at
        for at in range(start + 1, end)
        if MARGIN.match(lines[at]) and not lines[at - 1].startswith("@")
    ]
    behind_empty = [at for at in begins if not lines[at - 1].strip()]
    for a, b in pairwise([start, *(behind_empty or begins), end]):
        if behind_empty:
            yield from _units(lines, a, b)
            continue
        tree = parse_cell("\n".join(lines[a:b]))
        nodes = tree.body if tree else []
        imports = tuple(node for node in nodes if isinstance(node, Import))
        for node in imports:
            ast.increment_lineno(node, a)
        yield _Unit(a, b, imports if len(imports) == len(nodes) else ())
