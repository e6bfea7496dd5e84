"""Rewriting syntax trees by pattern and template: the language in which variants are written.

A pattern is Python. In it
`_name`   stands for any expression (the same one wherever the name comes again), or, as a target
          or a parameter, for any name;
`Name`    with a capital stands for that name however it is reached (`Dense`, `layers.Dense`,
          `tf.keras.layers.Dense`), and the template writes it as it was written;
`...`     as the last positional argument of a call stands for all other arguments, in any order.
Several statements match that many consecutive ones. The template says what takes their place.
"""

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Change = Callable[[ast.Module], ast.Module | None]
"""A syntax tree → the changed one, or None where there is nothing to change. Never in place."""


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


class _Filler(ast.NodeTransformer):
    """The template with what was found in the places of its names."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.bound.names:
            return ast.copy_location(ast.Name(self.bound.names[node.id], node.ctx), node)
        if node.id not in self.bound.exprs:
            return node
        filled = copy.deepcopy(self.bound.exprs[node.id])
        if hasattr(filled, "ctx"):
            filled.ctx = node.ctx
        return filled

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        rest, args = self.bound.rest, []
        for arg in node.args:
            if isinstance(arg, ast.Constant) and arg.value is ... and rest is not None:
                args.extend(copy.deepcopy(rest.args))
                own = {keyword.arg for keyword in node.keywords}
                more = [keyword for keyword in rest.keywords if keyword.arg not in own]
                node.keywords = [*node.keywords, *copy.deepcopy(more)]
            else:
                args.append(arg)
        node.args = args
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.bound.names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.bound.names.get(node.name, node.name)
        return self.generic_visit(node)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, pattern: str, template: str) -> None:
        self.pattern = ast.parse(pattern).body
        self.template = ast.parse(template).body
        self.expression: ast.expr | None = None
        """The pattern, where it and the template are expressions."""
        if len(self.pattern) == len(self.template) == 1:
            match self.pattern[0], self.template[0]:
                case ast.Expr(value=pattern_value), ast.Expr(value=template_value):
                    self.expression, self.filled = pattern_value, template_value
        self.changed = False

    def stands_in(self, tree: ast.Module) -> bool:
        """Whether the first statement (or the expression) of the pattern fits somewhere."""
        first = self.expression or self.pattern[0]
        kind = type(first)
        return any(type(node) is kind and matches(first, node, Bound()) for node in ast.walk(tree))

    def visit(self, node: ast.AST) -> Any:
        if self.expression is not None and isinstance(node, ast.expr):
            bound = Bound()
            if matches(self.expression, node, bound):
                self.changed = True
                return _Filler(bound).visit(copy.deepcopy(self.filled))
        node = self.generic_visit(node)
        if self.expression is None:
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if body and isinstance(body, list):
                    setattr(node, name, self._statements(body) or [ast.Pass()])
        return node

    def _statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        kept: list[ast.stmt] = []
        index, length = 0, len(self.pattern)
        while index < len(body):
            bound = Bound()
            here = body[index : index + length]
            fits = len(here) == length and all(
                matches(wanted, given, bound)
                for wanted, given in zip(self.pattern, here, strict=True)
            )
            if fits:
                self.changed = True
                filler = _Filler(bound)
                kept.extend(filler.visit(statement) for statement in copy.deepcopy(self.template))
                index += length
            else:
                kept.append(body[index])
                index += 1
        return kept


def rule(pattern: str, template: str) -> Change:
    """The change that puts `template` wherever `pattern` stands."""

    def change(tree: ast.Module) -> ast.Module | None:
        rewriter = _Rewriter(pattern, template)
        if not rewriter.stands_in(tree):
            return None  # copying a tree costs more than looking through it
        made = rewriter.visit(copy.deepcopy(tree))
        if not rewriter.changed:
            return None
        made = ast.fix_missing_locations(made)
        return made if ast.dump(made) != ast.dump(tree) else None

    return change


def renamed(names: dict[str, str]) -> Change:
    """The change that calls variables and parameters otherwise, in the whole cell."""

    def change(tree: ast.Module) -> ast.Module | None:
        made = copy.deepcopy(tree)
        for node in ast.walk(made):
            if isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
            elif isinstance(node, ast.arg):
                node.arg = names.get(node.arg, node.arg)
        return made if ast.dump(made) != ast.dump(tree) else None

    return change
