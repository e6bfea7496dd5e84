"""Tables that nobody changes: students may share a graph, so no check may write in it."""

from __future__ import annotations

import copy
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator

Value = TypeVar("Value")
CHANGING = (
    "__setitem__",
    "__delitem__",
    "__ior__",
    "clear",
    "pop",
    "popitem",
    "setdefault",
    "update",
)


class Fixed(dict[str, Value]):
    """A table that can only be read. Copies of it are plain ones; lists in it are as they were."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Value]:
        return copy.deepcopy(dict(self), memo)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("evidence cannot be changed; change a copy: dict(settings)")


for name in CHANGING:
    setattr(Fixed, name, _refuse)

Settings = Annotated[dict[str, Any], AfterValidator(Fixed)]
Numbers = Annotated[dict[str, float | bool | None], AfterValidator(Fixed)]
