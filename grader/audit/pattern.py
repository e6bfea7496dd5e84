"""Whether a piece of syntax tree fits a pattern (see `rewrite`), and what it holds there."""

import ast
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Bound:
    """What the names of a pattern stand for."""

    exprs: dict[str, ast.expr] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    rest: ast.Call | None = None


def _meta(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def _reached(node: ast.AST) -> str:
    """The last part of a name or a chain of attributes, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    inner: ast.AST = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return node.attr if isinstance(node, ast.Attribute) and isinstance(inner, ast.Name) else ""


def matches(pattern: ast.AST, node: ast.AST, bound: Bound) -> bool:
    """Whether a node fits; fills `bound` (also where it does not fit in the end)."""
    if isinstance(pattern, ast.Name):
        return _match_name(pattern, node, bound)
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return _match_call(pattern, node, bound)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.Constant):
        return type(pattern.value) is type(node.value) and pattern.value == node.value  # type: ignore[attr-defined]
    for name in pattern._fields:
        if name in ("ctx", "type_comment", "kind"):
            continue
        if not _match_value(getattr(pattern, name), getattr(node, name), bound):
            return False
    return True


def _match_value(pattern: Any, value: Any, bound: Bound) -> bool:
    if isinstance(pattern, ast.AST):
        return isinstance(value, ast.AST) and matches(pattern, value, bound)
    if isinstance(pattern, list):
        fits = isinstance(value, list) and len(value) == len(pattern)
        return fits and all(
            _match_value(wanted, given, bound) for wanted, given in zip(pattern, value, strict=True)
        )
    if isinstance(pattern, str) and _meta(pattern) and isinstance(value, str):
        return bound.names.setdefault(pattern, value) == value
    return bool(pattern == value)


def _match_name(pattern: ast.Name, node: ast.AST, bound: Bound) -> bool:
    if _meta(pattern.id):
        if not isinstance(node, ast.expr):
            return False
        known = bound.exprs.setdefault(pattern.id, node)
        return ast.unparse(known) == ast.unparse(node)  # equal but for load and store
    if pattern.id[:1].isupper() and _reached(node) == pattern.id:
        bound.exprs.setdefault(pattern.id, node)  # type: ignore[arg-type]
        return True
    return isinstance(node, ast.Name) and node.id == pattern.id


def _match_call(pattern: ast.Call, node: ast.Call, bound: Bound) -> bool:
    if not matches(pattern.func, node.func, bound):
        return False
    args, wanted = list(node.args), list(pattern.args)
    is_open = bool(wanted) and isinstance(wanted[-1], ast.Constant) and wanted[-1].value is ...
    wanted = wanted[:-1] if is_open else wanted
    if len(args) < len(wanted) or (len(args) > len(wanted) and not is_open):
        return False
    if not all(matches(want, arg, bound) for want, arg in zip(wanted, args, strict=False)):
        return False
    given = {keyword.arg: keyword for keyword in node.keywords}
    for keyword in pattern.keywords:
        name = keyword.arg
        if name not in given or not matches(keyword.value, given.pop(name).value, bound):
            return False
    if given and not is_open:
        return False
    if is_open:
        bound.rest = ast.Call(node.func, args[len(wanted) :], list(given.values()))
    return True
