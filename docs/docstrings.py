"""What the docstrings below a record's fields say: pages of the reference are made from them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from grader.records import Record


class Described(NamedTuple):
    """A field as its class writes it down."""

    name: str
    type: str
    """As in the code."""
    about: str


def described(record: type[Record]) -> Iterator[Described]:
    """The fields of a record and of those that it extends which have a docstring, in order."""
    for base in record.__bases__:
        if issubclass(base, Record):
            yield from described(base)
    made: Any = ast.parse(inspect.getsource(record)).body[0]
    for field, said in zip(made.body, [*made.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(said, ast.Expr):
            about = " ".join(str(ast.literal_eval(said.value)).split())
            yield Described(ast.unparse(field.target), ast.unparse(field.annotation), about)
