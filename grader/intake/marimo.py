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
        of_app = {name for part in _markers(node) for name in re.findall(r"\bapp\.(\w+)", part)}
        if isinstance(node, ast.With) and "setup" in of_app:
            yield _lines(lines, node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "cell" in of_app:
            body = [part for part in node.body if not isinstance(part, ast.Return)]
            if body:
                yield _lines(lines, body)
        elif of_app & {"function", "class_definition"}:
            yield "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _markers(node: ast.stmt) -> list[str]:
    """What stands around a cell: decorators, or what a `with` opens."""
    found = getattr(node, "decorator_list", []) + getattr(node, "items", [])
    return [ast.unparse(part) for part in found]


def _lines(lines: list[str], body: list[ast.stmt]) -> str:
    first = min([body[0].lineno, *(mark.lineno for mark in getattr(body[0], "decorator_list", []))])
    return dedent("\n".join(lines[first - 1 : body[-1].end_lineno]))
