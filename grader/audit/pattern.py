"""Whether a piece of syntax tree fits a pattern (see `audit_rewrite`), and what it holds there."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Found:
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


def matches(pattern: ast.AST, node: ast.AST, found: Found) -> bool:
    """Whether a node fits; fills `found` (also where it does not fit in the end)."""
    if isinstance(pattern, ast.Name):
        return _match_name(pattern, node, found)
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return _match_call(pattern, node, found)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.Constant):
        return type(pattern.value) is type(node.value) and pattern.value == node.value  # type: ignore[attr-defined]
    for name in pattern._fields:
        if name in ("ctx", "type_comment", "kind"):
            continue
        if not _match_value(getattr(pattern, name), getattr(node, name), found):
            return False
    return True


def _match_value(pattern: Any, value: Any, found: Found) -> bool:
    if isinstance(pattern, ast.AST):
        return isinstance(value, ast.AST) and matches(pattern, value, found)
    if isinstance(pattern, list):
        fits = isinstance(value, list) and len(value) == len(pattern)
        return fits and all(_match_value(*two, found) for two in zip(pattern, value, strict=True))
    if isinstance(pattern, str) and _meta(pattern) and isinstance(value, str):
        return found.names.setdefault(pattern, value) == value
    return bool(pattern == value)


def _match_name(pattern: ast.Name, node: ast.AST, found: Found) -> bool:
    if _meta(pattern.id):
        if not isinstance(node, ast.expr):
            return False
        known = found.exprs.setdefault(pattern.id, node)
        return _alike(known, node)
    if pattern.id[:1].isupper() and _reached(node) == pattern.id:
        found.exprs.setdefault(pattern.id, node)  # type: ignore[arg-type]
        return True
    return isinstance(node, ast.Name) and node.id == pattern.id


def _alike(one: ast.expr, other: ast.expr) -> bool:
    """Equal but for load and store."""
    return ast.unparse(one) == ast.unparse(other)


def _match_call(pattern: ast.Call, node: ast.Call, found: Found) -> bool:
    if not matches(pattern.func, node.func, found):
        return False
    args, wanted = list(node.args), list(pattern.args)
    is_open = bool(wanted) and isinstance(wanted[-1], ast.Constant) and wanted[-1].value is ...
    wanted = wanted[:-1] if is_open else wanted
    if len(args) < len(wanted) or (len(args) > len(wanted) and not is_open):
        return False
    if not all(matches(*two, found) for two in zip(wanted, args, strict=False)):
        return False
    given = {one.arg: one for one in node.keywords}
    for one in pattern.keywords:
        if one.arg not in given or not matches(one.value, given.pop(one.arg).value, found):
            return False
    if given and not is_open:
        return False
    if is_open:
        found.rest = ast.Call(node.func, args[len(wanted) :], list(given.values()))
    return True
