"""The cells of a marimo notebook: a script in which each cell is the body of a function."""

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

from grader.intake.notebook import parse_cell

MARIMO = re.compile(r"^app = marimo\.App\(", re.MULTILINE)


def cells_of(script: str) -> Iterator[str]:
    """Code of each cell, in the order of the file; nothing where it is no such notebook."""
    tree = parse_cell(script) if MARIMO.search(script) else None
    lines = script.splitlines()
    for node in tree.body if tree else ():
        of_app = _markers(node)
        if isinstance(node, ast.With) and "setup" in of_app:
            yield _lines(lines, node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "cell" in of_app:
            body = [part for part in node.body if not isinstance(part, ast.Return)]
            if body:
                yield _lines(lines, body)
        elif of_app & {"function", "class_definition"}:
            yield "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _markers(node: ast.stmt) -> set[str]:
    """What of the app stands around a cell: `@app.cell`, `with app.setup:`."""
    around = getattr(node, "decorator_list", []) + getattr(node, "items", [])
    parts = (part for whole in around for part in ast.walk(whole))
    named = (part for part in parts if isinstance(part, ast.Attribute))
    return {part.attr for part in named if getattr(part.value, "id", "") == "app"}


def _lines(lines: list[str], body: list[ast.stmt]) -> str:
    first = min([body[0].lineno, *(mark.lineno for mark in getattr(body[0], "decorator_list", []))])
    return dedent("\n".join(lines[first - 1 : body[-1].end_lineno]))
