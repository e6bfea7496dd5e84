"""Packages that a notebook imports and this machine lacks: whose lack it is, and what needs them.

Told from the import statements of the code and from what is installed here, never from an error
message: that is written by the student's process. What stands in a `try` makes do by itself.
"""

import ast
import importlib.util
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from grader.assignment import Assignment
from grader.intake.notebook import Notebook, names_of, parse_cell
from grader.intake.pieces import Import, only, statements_of
from grader.records import KEYBOARD, Lacking

MOST_STATEMENTS = 3000
ASKING = "input"


@lru_cache(maxsize=1)
def public_packages() -> dict[str, str]:
    """Name in `import` → name for `pip install`, of packages that anybody may use."""
    path = Path(__file__).with_name("packages.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def is_installed(module: str) -> bool:
    """Whether it can be imported here, and so in the sandbox. A mere folder of that name cannot."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None


def lacking(notebook: Notebook, revision: str, assignment: Assignment) -> tuple[Lacking, ...]:
    """What the course's machine or any public one has, the notebook imports, and is not here.

    Nothing in code that is nested too deeply, or too long, to be looked through: so nobody writes
    by hand.
    """
    try:
        return tuple(_lacking(notebook, revision, assignment))
    except RecursionError:
        return ()


def _lacking(notebook: Notebook, revision: str, assignment: Assignment) -> Iterator[Lacking]:
    install = {**dict.fromkeys(assignment.packages), **public_packages()}
    own = {name.partition("/")[0].removesuffix(".py") for name in assignment.importable}
    # most notebooks name none that is absent, and are not parsed for it; in Python's form of names
    code = unicodedata.normalize("NFKC", "\n".join(cell.source for cell in notebook.code))
    words = set(re.findall(r"\w+", code))
    absent = [name for name in sorted(install.keys() & words - own) if not is_installed(name)]
    absent += [KEYBOARD] if ASKING in words else []
    if not absent:
        return
    statements = [
        (cell.index, tree)
        for cell in notebook.code
        if not cell.source.lstrip().startswith("%%")
        for statement in statements_of(cell.source)
        if (tree := parse_cell(statement)) and tree.body
    ]
    if len(statements) > MOST_STATEMENTS:
        return
    used = {name for _, tree in statements for node in _imports(tree) for name in modules(node)}
    kept = _kept(notebook, revision, assignment)
    for name in absent:
        if name in used:
            yield _needing(name, install.get(name) or name, statements, kept)


def modules(node: Import) -> list[str]:
    """The packages that a statement imports from, without what is inside them."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [node.module.partition(".")[0]] if node.module and not node.level else []


def _imports(tree: ast.AST) -> Iterator[Import]:
    """In functions too, and by a call; not in a `try` whose `except` makes do without them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Import):
            yield node
        elif isinstance(node, ast.Call) and (name := _called_for(node)):
            yield ast.Import([ast.alias(name)])
        elif not (isinstance(node, ast.Try) and _makes_do(node)):
            yield from _imports(node)


def _packages(node: ast.stmt) -> set[str]:
    return {name for found in _imports(ast.Module([node], [])) for name in modules(found)}


def _called_for(call: ast.Call) -> str:
    """The module that `importlib.import_module` or `__import__` is asked for, or "". A keyboard is
    what `input()` asks for."""
    if getattr(call.func, "id", "") == ASKING:
        return KEYBOARD
    function = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    named = call.args[0] if call.args and function in ("import_module", "__import__") else None
    name = named.value if isinstance(named, ast.Constant) else ""
    return name if isinstance(name, str) else ""


def _makes_do(node: ast.Try) -> bool:
    """Whether an `except` binds something else or imports what is here; installing is no way."""
    handled = [part for handler in node.handlers for part in ast.walk(handler)]
    return any(
        isinstance(part, ast.Assign | ast.FunctionDef | ast.ClassDef)
        or (isinstance(part, Import) and all(map(is_installed, modules(part))))
        for part in handled
    )


def _kept(notebook: Notebook, revision: str, assignment: Assignment) -> dict[str, str]:
    """Name → the graded function that it is, or that it stands for in flat code."""
    kept = {name: name for name in assignment.functions if name in notebook.functions}
    for known in assignment.revisions:
        if known.id == revision and not kept:
            kept |= {name: part for part, names in known.objects.items() for name in names}
    return kept


def _needing(
    module: str, install: str, statements: Sequence[tuple[int, ast.Module]], kept: dict[str, str]
) -> Lacking:
    """The package, with what falls because of it: names that code with it binds or changes, those
    that code with these binds, and so on."""
    needing: set[str] = set()
    cells: set[int] = set()
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for _, tree in statements
        for node in tree.body
        if isinstance(node, Import)
        for alias in node.names
    }
    parts = []
    for index, tree in statements:
        for node in (node for node in tree.body if isinstance(node, Import)):
            names = [alias for alias in node.names if module in modules(only(node, alias))]
            needing |= {alias.asname or alias.name.partition(".")[0] for alias in names}
        rest = ast.Module([node for node in tree.body if not isinstance(node, Import)], [])
        names_there = names_of(ast.unparse(rest))
        leaves = names_there.bound.union(*map(_changed, rest.body)) - imported
        importing = [type(node) for node in rest.body if module in _packages(node)]
        needing |= leaves if importing else set()
        cells |= {index} if set(importing) - {ast.FunctionDef} else set()
        parts.append((index, names_there, leaves))
    seen = -1
    while seen < len(needing) + len(cells):
        seen = len(needing) + len(cells)
        for index, names_there, leaves in parts:
            if names_there.needed & needing:
                needing |= leaves
            if names_there.at_once & needing:
                cells.add(index)
    needed_by = tuple(sorted({part for name, part in kept.items() if name in needing}))
    return Lacking(module=module, install=install, needed_by=needed_by, cells=tuple(sorted(cells)))


def _changed(node: ast.stmt) -> set[str]:
    """The object whose method a statement calls: it is left without what the call would do."""
    value = node.value if isinstance(node, ast.Expr) else None
    target = value.func if isinstance(value, ast.Call) else None
    while isinstance(target, ast.Attribute):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) else set()
