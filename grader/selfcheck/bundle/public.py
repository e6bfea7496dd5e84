"""An assignment without what is the instructor's: its TOML and checks as students may read them."""

import ast
import tomllib
from typing import Any

import tomlkit

NEUTRAL_THRESHOLD = 0.5
"""Stands in the recipe where no public criterion names the real one."""


def public_toml(source: str) -> str:
    """`assignment.toml` without instructor's criteria, and without what only they use.

    Comments go too. The points that are left out stay, as one number.
    """
    contents = tomllib.loads(source)
    shown, hidden = _parted(contents)
    left_out = {criterion["id"] for criterion in hidden}
    contents["hidden_points"] = sum(criterion["points"] for criterion in hidden)
    contents["criteria"] = [
        {
            **criterion,
            "needs": [need for need in criterion.get("needs", ()) if need not in left_out],
        }
        for criterion in shown
    ]
    contents["misconceptions"] = misconceptions = [
        misconception
        for misconception in contents.get("misconceptions", ())
        if not left_out & set(misconception.get("when", ()))
    ]
    lessons = {one["lesson"] for one in misconceptions if one.get("lesson")}
    for table, used, unused in (
        ("objectives", _used(shown, "objective"), _used(hidden, "objective")),
        ("lessons", _used(shown, "lessons") | lessons, _used(hidden, "lessons")),
    ):
        only_hidden = unused - used
        contents[table] = [row for row in contents.get(table, ()) if row["id"] not in only_hidden]
    public = [criterion.get("with", {}).get("threshold") for criterion in shown]
    if contents["recipe"]["threshold"] not in public:
        contents["recipe"]["threshold"] = NEUTRAL_THRESHOLD
    return tomlkit.dumps(contents)


def public_checks(source: str, toml_source: str) -> str:
    """`checks.py` without the functions that only the instructor's criteria call."""
    shown, hidden = _parted(tomllib.loads(toml_source))
    removed = {c["check"] for c in hidden} - {c["check"] for c in shown}
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in removed:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            del lines[first - 1 : node.end_lineno]
    return "".join(lines)


def _parted(contents: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(public criteria, the instructor's)."""
    criteria = contents["criteria"]
    shown = [c for c in criteria if c.get("visibility", "visible") == "visible"]
    return shown, [c for c in criteria if c not in shown]


def _used(criteria: list[dict[str, Any]], key: str) -> set[str]:
    ids: set[str] = set()
    for criterion in criteria:
        value = criterion.get(key, ())
        ids |= {value} if isinstance(value, str) else set(value)
    return ids
