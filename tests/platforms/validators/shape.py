"""Small steps that the validators share: each notes a problem and goes on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Files = Mapping[str, bytes]
"""Name → content of what was written."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Look:
    """Collects problems, each with the place where it is."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def say(self, where: str, what: str) -> None:
        """Note a problem."""
        self.problems.append(f"{where}: {what}")

    def json(self, files: Files, name: str) -> Any:
        """A file as strict JSON: UTF-8, no NaN, no key twice; None when it is not."""
        if name not in files:
            self.say(name, "is missing")
            return None
        try:
            return json.loads(
                files[name].decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_no_twins
            )
        except (ValueError, RecursionError) as problem:
            self.say(name, f"is no JSON: {problem}")
            return None

    def table(
        self, value: Any, where: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Any]:
        """A JSON object with just these keys; {} when it is none."""
        if not isinstance(value, dict):
            self.say(where, "is no object")
            return {}
        for key in required:
            if key not in value:
                self.say(where, f"lacks {key}")
        for key in value:
            if key not in required and key not in optional:
                self.say(where, f"has the unknown key {key}")
        return value

    def number(
        self, value: Any, where: str, low: float = -math.inf, high: float = math.inf
    ) -> float:
        """A finite number within bounds, never a boolean; 0 when it is none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.say(where, "is no number")
            return 0.0
        if not math.isfinite(value) or not low <= value <= high:
            self.say(where, f"{value} is not within {low} and {high}")
            return 0.0
        return float(value)

    def text(self, value: Any, where: str, *, most: int = 100_000, filled: bool = False) -> str:
        """A string without control characters but newline and tab."""
        if not isinstance(value, str):
            self.say(where, "is no text")
            return ""
        if len(value) > most or (filled and not value.strip()):
            self.say(where, "is empty or too long")
        if _CONTROL.search(value):
            self.say(where, "has control characters")
        return value

    def one_of(self, value: Any, where: str, allowed: Sequence[str]) -> None:
        """One of the words."""
        if not isinstance(value, str) or value not in allowed:
            self.say(where, f"{value!r} is none of {', '.join(allowed)}")

    def each(
        self,
        table: Mapping[str, Any],
        where: str,
        keys: Sequence[str],
        check: Callable[[Any, str], object],
    ) -> None:
        """Those of the keys that are there, each looked at by `check`."""
        for key in keys:
            if key in table:
                check(table[key], f"{where}.{key}")

    def plain_table(self, value: Any, where: str) -> None:
        """Any JSON object."""
        if not isinstance(value, dict):
            self.say(where, "is no object")

    def rows(self, value: Any, where: str, each: Callable[[Any, str], None]) -> list[Any]:
        """A JSON list, each entry looked at; [] when it is none."""
        if not isinstance(value, list):
            self.say(where, "is no list")
            return []
        for index, entry in enumerate(value):
            each(entry, f"{where}[{index}]")
        return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
