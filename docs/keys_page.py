"""Writes docs/keys.md, every key of both TOML files: `python docs/keys_page.py`.

Keys, types and what holds without them come from the records that read the files, what a key is
from the docstring of its field. A test compares the page with them.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from docstrings import described
from pydantic.fields import FieldInfo

from grader.assignment.data_tables import (
    DataTable,
    Network,
    Original,
    Scale,
    Source,
    Split,
    StandIn,
)
from grader.assignment.tables import (
    Conditions,
    Contents,
    Conventions,
    Criterion,
    Lesson,
    Measuring,
    NamedMisconception,
    Objective,
    Recipe,
    Revision,
)
from grader.records import Limits, Record

PAGE = Path(__file__).with_name("keys.md")
INTRODUCTION = """\
# Every key of an assignment

*Made from the docstrings by `python docs/keys_page.py`; do not write in here.*

*Without it* is what holds where a key is missing; – means that it has to be there. What the tables
are for is told in [the reference for authors](authoring.md). A mistake is named with file and key.
"""
FILES: dict[str, tuple[str, dict[str, type[Record]]]] = {
    "assignment.toml": (
        "`[run.training_limits]` and `[measure.limits]` have the keys of `[run.limits]`. "
        "All limits are enforced from outside of the sandbox.",
        {
            "The top of the file": Contents,
            "`[run]`": Conditions,
            "`[run.limits]`": Limits,
            "`[measure]`": Measuring,
            "`[recipe]`": Recipe,
            "`[[revisions]]`": Revision,
            "`[conventions]`": Conventions,
            "`[[criteria]]`": Criterion,
            "`[[objectives]]`": Objective,
            "`[[lessons]]`": Lesson,
            "`[[misconceptions]]`": NamedMisconception,
        },
    ),
    "data.toml": (
        "Paths are relative, with `/`, and below the students' side; those of the split `hidden` "
        "are below the instructor's.",
        {
            "The top of the file": DataTable,
            "`[splits.NAME]`": Split,
            "`[network]`": Network,
            "`[stand_in]`": StandIn,
            "`[stand_in.scales.NAME]`": Scale,
            "`[[sources]]`": Source,
            "`[original]`": Original,
        },
    ),
}
"""File → what holds for all of it, and its tables in the order of the page."""
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}


def page() -> str:
    """The whole page, from the records as they are."""
    parts = [INTRODUCTION]
    for file, (about, tables) in FILES.items():
        parts += [f"## `{file}`\n", f"{about}\n"]
        for heading, record in tables.items():
            parts += [f"### {heading}\n", *rows(record), ""]
    return "\n".join(parts)


def rows(record: type[Record]) -> Iterator[str]:
    """A line for each key.

    Raises:
        KeyError: a field has no docstring.
    """
    about = {field.name: field.about for field in described(record)}
    yield "| key | type | without it | is |"
    yield "|---|---|---|---|"
    for name, field in record.model_fields.items():
        key, type_ = field.alias or name, kind(field.annotation)
        yield f"| `{key}` | {type_} | {default(field)} | {about[name]} |"


def kind(annotation: Any) -> str:
    """The type in words of TOML."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(inner[0])
    if origin is Literal:
        return " or ".join(f'"{word}"' for word in inner)
    if origin in (Union, types.UnionType):
        return kind(next(known for known in inner if known is not type(None)))
    if origin is tuple:
        return "tables" if kind(inner[0]) == "table" else f"list of {kind(inner[0])}"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, Record)):
        return "table"
    return PLAIN[annotation]


def default(field: FieldInfo) -> str:
    """What holds where the key is missing, in TOML."""
    value = field.default
    if field.is_required():
        return "–"
    if isinstance(value, Record):
        return "the defaults"
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, bool):
        return f"{value}".lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value}".removesuffix(".0")


def records_in(annotation: Any) -> Iterator[type[Record]]:
    """The tables within a key."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in get_args(annotation):
        yield from records_in(argument)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
