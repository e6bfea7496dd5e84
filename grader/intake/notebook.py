"""A notebook as plain data: its cells, and what their code says to Python."""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
import symtable
import warnings
from collections.abc import Iterator
from typing import Literal

from grader.records import Record

MAGIC = re.compile(r"\s*[%!?]")
ASSIGNED = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*")
BUILTIN = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "get_ipython", "display"}


class Cell(Record):
    """One cell. `index` is its position among all cells of the notebook, from 0."""

    index: int
    kind: Literal["code", "markdown", "raw"]
    source: str
    graded: bool = True
    """False: it stands after `# grade-up-to-here` and is neither run nor graded."""


class Notebook(Record):
    """The cells of a submission, nothing else."""

    cells: tuple[Cell, ...]
    functions: dict[str, int] = {}
    """Function defined at the top level of a cell → index of the last cell that defines it."""

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells that are run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code" and cell.graded)


def code_sha256(notebook: Notebook) -> str:
    """Hash of all code cells that are run, in order."""
    total = hashlib.sha256()
    for cell in notebook.code:
        form = normal_form(cell.source).encode("utf-8", "surrogatepass")
        total.update(f"{len(form)}\n".encode() + form)
    return total.hexdigest()


def normal_form(source: str) -> str:
    """The cell's syntax tree as text, or the cell as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in students' strings
            tree = ast.parse(source)
        return f"tree {ast.dump(tree, annotate_fields=False)}"
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"text {source}"


def plain_python(source: str) -> str:
    """The same lines without magics and shell lines, their continuations included."""
    kept, going_on = [], False
    for line in source.split("\n"):
        if going_on or MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())] if not going_on else ""
            kept.append("" if going_on else f"{indent}pass")
            going_on = line.rstrip().endswith("\\")
        else:
            kept.append(ASSIGNED.sub(r"\1None", line))
    return "\n".join(kept)


def parse_cell(source: str) -> ast.Module | None:
    """Syntax tree of a cell without its magics and shell lines; None when it has none."""
    try:
        return ast.parse(plain_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class Names(Record):
    """Of one piece of code."""

    bound: frozenset[str] = frozenset()
    """Names that it leaves at the top level, imports and definitions included."""
    needed: frozenset[str] = frozenset()
    """Names that it reads and does not bind itself, functions' bodies included."""
    at_once: frozenset[str] = frozenset()
    """Those of `needed` that it reads when it is run, not only when a function is called."""


def names_of(source: str) -> Names:
    """The names of a piece of plain Python; none at all of one that does not parse."""
    try:
        top = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
    bound = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    bound |= {one.get_name() for one in top.get_symbols() if one.is_namespace()}
    bound |= set(_declared_global(top))
    read = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    inner = set(_read_inside(top))
    known = bound | BUILTIN
    return Names(
        bound=frozenset(bound),
        needed=frozenset((read | inner) - known),
        at_once=frozenset(read - known),
    )


def _inside(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inside(child)


def _read_inside(top: symtable.SymbolTable) -> Iterator[str]:
    for table in _inside(top):
        for one in table.get_symbols():
            if one.is_referenced() and one.is_global():
                yield one.get_name()


def _declared_global(top: symtable.SymbolTable) -> Iterator[str]:
    for table in _inside(top):
        for one in table.get_symbols():
            if one.is_declared_global() and one.is_assigned():
                yield one.get_name()
