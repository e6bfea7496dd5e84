"""The keys of both TOML files, out of the records that read them: what a page for authors lists."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
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
from grader.records import Limits

TABLES: dict[str, type[BaseModel]] = {
    "assignment.toml": Contents,
    "[run]": Conditions,
    "[run.limits]": Limits,
    "[measure]": Measuring,
    "[recipe]": Recipe,
    "[[revisions]]": Revision,
    "[conventions]": Conventions,
    "[[criteria]]": Criterion,
    "[[objectives]]": Objective,
    "[[lessons]]": Lesson,
    "[[misconceptions]]": NamedMisconception,
    "data.toml": DataTable,
    "[splits.NAME]": Split,
    "[network]": Network,
    "[stand_in]": StandIn,
    "[stand_in.scales.NAME]": Scale,
    "[[sources]]": Source,
    "[original]": Original,
}
"""As the page heads them, in its order."""
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", Any: "anything"}


def keys(record: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """(key, type, default) of each key of a table; the default of one that must stand is "–"."""
    for name, field in record.model_fields.items():
        yield field.alias or name, kind(field.annotation), default(field)


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
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "table"
    return PLAIN[annotation]


def default(field: FieldInfo) -> str:
    """What holds where the key is missing, in TOML."""
    value = field.default
    if field.is_required():
        return "–"
    if isinstance(value, BaseModel):
        return "the defaults"
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, bool):
        return f"{value}".lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value}".removesuffix(".0")


def records_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables within a key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from records_in(argument)
