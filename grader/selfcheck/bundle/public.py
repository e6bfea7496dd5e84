"""An assignment without what is the instructor's: its TOML and checks as students may read them."""

from __future__ import annotations

import ast
import json
import tomllib
from typing import Any

NEUTRAL_THRESHOLD = 0.5
"""Stands in the recipe where no public criterion names the real one."""


def public_toml(source: str) -> str:
    """`assignment.toml` without instructor's criteria, and without what only they use.

    Comments go too. The points that are left out stay, as one number.
    """
    contents = tomllib.loads(source)
    shown, hidden = _parted(contents)
    left_out = {one["id"] for one in hidden}
    contents["hidden_points"] = sum(one["points"] for one in hidden)
    contents["criteria"] = [
        {**one, "needs": [need for need in one.get("needs", ()) if need not in left_out]}
        for one in shown
    ]
    contents["misconceptions"] = [
        one for one in contents.get("misconceptions", ()) if not left_out & set(one.get("when", ()))
    ]
    lessons = {one["lesson"] for one in contents["misconceptions"] if one.get("lesson")}
    for table, used, unused in (
        ("objectives", _used(shown, "objective"), _used(hidden, "objective")),
        ("lessons", _used(shown, "lessons") | lessons, _used(hidden, "lessons")),
    ):
        only_hidden = unused - used
        contents[table] = [one for one in contents.get(table, ()) if one["id"] not in only_hidden]
    _hide_threshold(contents, shown)
    return toml(contents)


def public_checks(source: str, toml_source: str) -> str:
    """`checks.py` without the functions that only the instructor's criteria call."""
    shown, hidden = _parted(tomllib.loads(toml_source))
    removed = {one["check"] for one in hidden} - {one["check"] for one in shown}
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in removed:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            del lines[first - 1 : node.end_lineno]
    return "".join(lines)


def _parted(contents: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(public criteria, the instructor's)."""
    criteria = contents["criteria"]
    shown = [one for one in criteria if one.get("visibility", "visible") == "visible"]
    return shown, [one for one in criteria if one not in shown]


def _used(criteria: list[dict[str, Any]], key: str) -> set[str]:
    found: set[str] = set()
    for one in criteria:
        value = one.get(key, ())
        found |= {value} if isinstance(value, str) else set(value)
    return found


def _hide_threshold(contents: dict[str, Any], shown: list[dict[str, Any]]) -> None:
    recipe = contents["recipe"]
    if recipe["threshold"] not in [one.get("with", {}).get("threshold") for one in shown]:
        recipe["threshold"] = NEUTRAL_THRESHOLD


# ---------------------------------------------------------------- writing TOML


def toml(contents: dict[str, Any]) -> str:
    """Tables as TOML text; lists of tables as `[[name]]`, what is deeper in one line each."""
    plain, tables = [], []
    for key, value in contents.items():
        if isinstance(value, dict):
            tables.append(f"[{_key(key)}]\n{_rows(value)}")
        elif value and isinstance(value, list) and all(isinstance(one, dict) for one in value):
            tables += [f"[[{_key(key)}]]\n{_rows(one)}" for one in value]
        else:
            plain.append(f"{_key(key)} = {_value(value)}\n")
    return "\n".join(["".join(plain), *tables])


def _rows(table: dict[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, str | bool):  # their JSON is TOML as well, but for one character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"a {type(value).__name__} in assignment.toml cannot be written")
