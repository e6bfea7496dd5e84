"""Ways to break one value in a JSON file, for tables of broken variants."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

Break = Callable[[Any], Any]
GONE = object()


def put(*path: str | int, value: Any = GONE) -> Break:
    """Set what lies at `path`, or with GONE take it away."""

    def broken(whole: Any) -> Any:
        whole = copy.deepcopy(whole)
        place = whole
        for step in path[:-1]:
            place = place[step]
        if value is GONE:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        return whole

    return broken


def in_file(files: Mapping[str, bytes], name: str, change: Break) -> dict[str, bytes]:
    """The files with one JSON file changed. NaN is written as Python does."""
    value = change(json.loads(files[name]))
    return {**files, name: json.dumps(value).encode()}


def raw(files: Mapping[str, bytes], name: str, data: bytes) -> dict[str, bytes]:
    """The files with other bytes in one of them."""
    return {**files, name: data}
