"""A notebook as plain data: its cells, and what their code says to Python."""

import ast
import builtins
import hashlib
import re
import symtable
import warnings
from collections.abc import Iterator
from threading import Lock
from typing import Literal

from grader.records import Record

Kind = Literal["code", "markdown", "raw"]
MAGIC = re.compile(r"\s*[%!?]")
ASSIGNED = re.compile(r"^(\s*+[\w, ]++=\s*+)[%!].*")
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python raises for a text that it cannot parse, and for one nested too deeply to walk."""
MOST_INNER = 500
"""Functions, classes and comprehensions side by side; the time for their names grows with the
square of it."""
_PARSING = Lock()
"""Until Python 3.13 all threads share the counter of how deep a syntax tree goes; where two build
one by turns, both may end in a SystemError (python/cpython#106905)."""
BUILTIN = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "get_ipython", "display"}


class Cell(Record):
    """One cell. `index` is its position among all cells of the notebook, from 0."""

    index: int
    kind: Kind
    source: str
    graded: bool = True
    """False: it stands after the comment that ends the graded part: neither run nor graded."""
    apart: bool = False
    """It holds all that is graded: each of its statements is run by itself."""


class Notebook(Record):
    """The cells of a submission, nothing else."""

    cells: tuple[Cell, ...]
    functions: dict[str, int] = {}
    """Function defined at the top level of a cell → index of the last cell that defines it."""
    stop: str = ""
    """Word of the comment that ends the graded part, where the course has one."""

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells that are run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code" and cell.graded)


def code_sha256(notebook: Notebook) -> str:
    """Hash of all code cells that are run, in order: equal code, equal hash.

    Comments, blank lines and spelling of strings do not count; names, order, the split into cells
    and every constant do. A cell that is not plain Python (a magic, a shell line, a syntax error)
    counts letter by letter.
    """
    total = hashlib.sha256()
    for cell in notebook.code:
        form = normal_form(cell.source).encode("utf-8", "surrogatepass")
        total.update(f"{len(form)}{' apart' * cell.apart}\n".encode() + form)
    return total.hexdigest()


def _parse(source: str) -> ast.Module:
    with _PARSING:
        return ast.parse(source)


def normal_form(source: str) -> str:
    """The cell's syntax tree as text, or the cell as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in students' strings
            tree = _parse(source)
        return f"tree {ast.dump(tree, annotate_fields=False)}"
    except NO_PYTHON:
        return f"text {source}"


def plain_python(source: str) -> str:
    """The same lines without magics and shell lines, their continuations included."""
    kept, going_on = [], False
    for line in source.split("\n"):
        if going_on or MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            kept.append("" if going_on else f"{indent}pass")
            going_on = line.rstrip().endswith("\\")
        else:
            kept.append(ASSIGNED.sub(r"\1None", line))
    return "\n".join(kept)


def parse_cell(source: str) -> ast.Module | None:
    """Syntax tree of a cell without its magics and shell lines; None when it has none."""
    try:
        return _parse(plain_python(source))
    except NO_PYTHON:
        return None


class Names(Record):
    """Which names a piece of code binds, and which it needs from elsewhere."""

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
        outer, inner = symbols_of(top), list(_inner_symbols(top))
    except NO_PYTHON:
        return Names()
    made = [name for name in outer if name.is_assigned() or name.is_imported()]
    made += [name for name in outer if name.is_namespace()]
    made += [name for name in inner if name.is_declared_global() and name.is_assigned()]
    bound = frozenset(name.get_name() for name in made)
    read = {name.get_name() for name in outer if name.is_referenced()}
    later = {name.get_name() for name in inner if name.is_referenced() and name.is_global()}
    known = bound | BUILTIN
    return Names(bound=bound, needed=(read | later) - known, at_once=read - known)


def symbols_of(table: symtable.SymbolTable) -> list[symtable.Symbol]:
    """ValueError, as for what is no Python, where more stands side by side than anybody writes."""
    if len(table.get_children()) > MOST_INNER:
        raise ValueError("too many functions")
    return table.get_symbols()


def _inner_symbols(table: symtable.SymbolTable) -> Iterator[symtable.Symbol]:
    """Of the functions and classes in it."""
    for child in table.get_children():
        yield from symbols_of(child)
        yield from _inner_symbols(child)
