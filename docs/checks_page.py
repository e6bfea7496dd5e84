"""Writes docs/checks.md, the reference of checks: `python docs/checks_page.py`.

All that it says stands in the docstrings: those of ready-made checks first say what passes, then
`argument: what it is.` for each argument; those of the records what each field is. A test compares
the page with them.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path

from docstrings import described

from grader.judge import checks
from grader.records import (
    Answer,
    Evidence,
    Finding,
    Graph,
    Layer,
    Loss,
    Measured,
    Optimizer,
    Record,
    Training,
    WeightArray,
)

PAGE = Path(__file__).with_name("checks.md")
INTRODUCTION = """\
# Ready-made checks

*Made from the docstrings by `python docs/checks_page.py`; do not write in here.*

A criterion names one of these as its `check`, and gives it arguments by its table `with`; those
without a value in the tables below have to be there. Types, names of layers, optimizers and losses,
functions and the number of classes are looked at when the assignment is loaded. How to write a
check of your own is told in [authoring.md](authoring.md#a-check-of-your-own); what it can look at,
[at the end of this page](#what-a-check-of-your-own-looks-at).

A check that **may name** misconceptions says so, and the assignment must have a table
`[[misconceptions]]` for each of them. A check that **believes a claim** reads what only the
student's process says: its criterion must have 0 points.
"""
LOOKED_AT: tuple[type[Record], ...] = (
    *(Evidence, Answer, Graph, Layer, Loss, Optimizer, WeightArray, Measured, Training),
)
OWN_CHECKS = """\
## What a check of your own looks at

It gets an `Evidence`, which nobody can change, and what `with` names. It returns a finding, made
with `passed`, `failed` or `partial`; `seen`, `expected`, `where` (ids of layers), `shows`,
`besides`, `hint` and `cause` may stand beside its message. These come with
`from grader.checks import *`:
"""
OPENING = r"(Ready-made checks|The ready-made check|Checks) (of|for) "
EVERYWHERE = {
    "function": "the graded function that makes the model, or whose answer is looked at",
    "functions": "the data function, by its name in each revision",
    "wrong": "share of the points for something that is there, and not as asked for",
}
"""Arguments that mean the same for every check that does not say it itself."""


def ready_made() -> dict[str, Callable[..., Finding]]:
    """Name → check, of all that the face offers."""
    offered = {name: getattr(checks, name) for name in checks.__all__}
    return {name: value for name, value in offered.items() if is_check(name, value)}


def is_check(name: str, value: object) -> bool:
    """A function of evidence that gives a finding, and whose other arguments go by name."""
    if not inspect.isfunction(value):
        return False
    first, *rest = inspect.signature(value).parameters.values()
    return first.name == "evidence" and all(one.kind is one.KEYWORD_ONLY for one in rest)


def page() -> str:
    """The whole page, from the checks as they are."""
    families: dict[str, list[str]] = {}
    for name, check in ready_made().items():
        families.setdefault(check.__module__, []).append(section(name, check))
    parts = [INTRODUCTION]
    for module in sorted(families):
        title, _, more = (sys.modules[module].__doc__ or "").partition("\n\n")
        about = " ".join(more.split())
        title = re.sub(OPENING, "", " ".join(title.split())).removesuffix(".")
        parts.append(f"## {title[0].upper()}{title[1:]}\n")
        parts += [f"{about}\n"] * bool(about) + sorted(families[module])
    return "\n".join([*parts, OWN_CHECKS, *helpers(), *map(fields, LOOKED_AT)])


def helpers() -> list[str]:
    """What the face offers besides checks."""
    known = ready_made()
    lines = ["| function | is |", "|---|---|"]
    for name in sorted(set(checks.__all__) - set(known)):
        function = getattr(checks, name)
        given = inspect.signature(function).parameters.values()
        words = ", ".join("…" if one.kind is one.VAR_KEYWORD else one.name for one in given)
        about = " ".join((inspect.getdoc(function) or "").split())
        lines.append(f"| `{name}({words})` | {about} |")
    return [*lines, ""]


def fields(record: type[Record]) -> str:
    """A table of a record's fields: type and docstring of each."""
    lines = [f"### `{record.__name__}`\n", " ".join((inspect.getdoc(record) or "").split()), ""]
    lines += ["| field | type | is |", "|---|---|---|"]
    for name, type_, about in described(record):
        lines.append(f"| `{name}` | `{type_.replace(' | ', ' or ')}` | {about} |")
    return "\n".join([*lines, ""])


def section(name: str, check: Callable[..., Finding]) -> str:
    """What a check looks for, its arguments and what it may name."""
    parameters = list(inspect.signature(check).parameters.values())[1:]
    about, described = parted(inspect.getdoc(check) or "", [one.name for one in parameters])
    lines = [f"### `{name}`\n", f"{about}\n"]
    if vars(check).get("is_claim"):
        lines.append("It **believes a claim**: 0 points.\n")
    if parameters:
        lines += ["| argument | without it | is |", "|---|---|---|"]
        for one in parameters:
            words = described.get(one.name) or EVERYWHERE.get(one.name, "")
            without = "" if one.default is one.empty else f"`{toml(one.default)}`"
            lines.append(f"| `{one.name}` | {without} | {words} |")
        lines.append("")
    shown = vars(check).get("may_show", {})
    names = [f"`{id_}`" + f" (with `{given}`)" * bool(given) for id_, given in shown.items()]
    return "\n".join([*lines, *[f"May name: {', '.join(names)}.\n"] * bool(names)])


def parted(docstring: str, arguments: list[str]) -> tuple[str, dict[str, str]]:
    """What a docstring says of the check itself, and of each argument."""
    text = " ".join(docstring.split())
    name = "|".join(map(re.escape, arguments)) or "(?!)"
    starts = list(re.finditer(rf"(?:^|(?<=[.)] ))((?:{name})(?:, (?:{name}))*): ", text))
    ends = [*(start.start() for start in starts), len(text)][1:]
    described = {}
    for start, end in zip(starts, ends, strict=True):
        for argument in start[1].split(", "):
            described[argument] = text[start.end() : end].strip().removesuffix(".")
    return text[: starts[0].start() if starts else None].strip(), described


def toml(value: object) -> str:
    """A default as it would stand in the TOML; "–" for what is left out."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return "[]" if value == () else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
