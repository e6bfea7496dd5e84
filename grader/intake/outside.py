"""What a function without arguments makes, where a notebook keeps its work in one: `main()`.

Code without graded functions is graded on the objects that it leaves, and a function leaves none.
So the names that it binds are declared `global`, as if its lines stood in a cell.
"""

import ast
import re
import symtable
from collections.abc import Iterator, Mapping, Sequence

from grader.intake.notebook import (
    BUILTIN,
    NO_PYTHON,
    Cell,
    names_of,
    parse_cell,
    plain_python,
    symbols_of,
)

FITS = re.compile(r"\.fit(?:_generator)?\(")
"""In a function that does more than build what it returns."""


def brought_outside(cells: Sequence[Cell], notes: list[str]) -> list[Cell]:
    """The cells, with such names declared; `notes` gets a sentence for each function."""
    codes = [cell for cell in cells if cell.kind == "code" and cell.graded]
    calls = dict(call for cell in codes for call in _called(parse_cell(cell.source)))
    if not calls:
        return list(cells)
    bound = {name for cell in codes for name in names_of(plain_python(cell.source)).bound}
    return [_declared(cell, calls, bound, notes) if cell in codes else cell for cell in cells]


def _called(tree: ast.Module | None) -> Iterator[tuple[str, bool]]:
    """(function, whether what it returns gets a name) of calls that are a statement."""
    for node in tree.body if tree else ():
        for statement in node.body if isinstance(node, ast.If) and _of_main(node) else (node,):
            call = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                yield call.func.id, isinstance(statement, ast.Assign)


def _of_main(node: ast.If) -> bool:
    parts = ast.walk(node.test)
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts)


def _declared(cell: Cell, calls: dict[str, bool], bound: set[str], notes: list[str]) -> Cell:
    tree = parse_cell(cell.source)
    lines = cell.source.split("\n")
    begins = {node: _start(node.body[0]) for node in _functions(tree) if node.name in calls}
    tables = _tables(cell.source) if begins else {}
    said = []
    for node in reversed(begins):  # a line that is put in moves those behind it
        body = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        returns = calls[node.name] and not FITS.search(body)
        names = sorted(_own_names(tables, node) - bound - BUILTIN)
        if returns or not names or begins[node] == node.lineno:
            continue
        text = lines[begins[node] - 1].lstrip()
        indent = lines[begins[node] - 1].removesuffix(text)
        # on the line of a simple statement, so that every line keeps its number
        compound = {"body", "cases"}.intersection(node.body[0]._fields)
        behind = f"\n{indent}" if compound or plain_python(text) != text else "; "
        lines[begins[node] - 1] = f"{indent}global {', '.join(names)}{behind}{text}"
        said.append(
            f"`{node.name}()` holds work of the notebook: what it makes was kept for grading, as "
            "if its lines stood in a cell."
        )
    notes.extend(reversed(said))
    return cell.model_copy(update={"source": "\n".join(lines)}) if said else cell


def _functions(tree: ast.Module | None) -> Iterator[ast.FunctionDef]:
    """Those of the top level that can be called without a value."""
    for node in tree.body if tree else ():
        if isinstance(node, ast.FunctionDef):
            takes = node.args
            positional = len(takes.posonlyargs) + len(takes.args)
            if positional == len(takes.defaults) and None not in takes.kw_defaults:
                yield node


def _start(node: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    marks: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(mark.lineno for mark in marks)])


def _tables(source: str) -> dict[tuple[str, int], symtable.SymbolTable]:
    """Those of a cell's functions and classes, by name and line."""
    try:
        top = symtable.symtable(plain_python(source), "<cell>", "exec")
    except NO_PYTHON:
        return {}
    return {(table.get_name(), table.get_lineno()): table for table in top.get_children()}


def _own_names(
    tables: Mapping[tuple[str, int], symtable.SymbolTable], function: ast.FunctionDef
) -> set[str]:
    """Local names of the function that may be declared `global`."""
    lines = (function.lineno, _start(function))
    table = next((tables[key] for line in lines if (key := (function.name, line)) in tables), None)
    if table is None:
        return set()
    try:
        local = [name for name in symbols_of(table) if name.is_local()]
        kept = [name for name in local if not (name.is_parameter() or name.is_annotated())]
        return {name.get_name() for name in kept} - set(_nonlocal(table))
    except NO_PYTHON:
        return set()


def _nonlocal(table: symtable.SymbolTable) -> Iterator[str]:
    for inner in table.get_children():
        yield from (name.get_name() for name in symbols_of(inner) if name.is_nonlocal())
        yield from _nonlocal(inner)
