"""JSON that a stranger wrote: read strictly and within bounds, or refused with a reason."""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 16
MAX_DIGITS = 19
"""Of one whole number; a longer one is refused before it is converted."""
NESTING = (list, dict)
HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""As a text in UTF-8 may write a surrogate: with its other half it is a letter."""


def parse_json(data: bytes, *, max_bytes: int) -> Any:
    """The value of a JSON text in UTF-8.

    Refused with ValueError, whose text may be shown to a student: more than `max_bytes`, other
    encodings, NaN and infinity, a key twice in one object, nesting deeper than MAX_DEPTH, whole
    numbers of more than MAX_DIGITS digits, halves of surrogate pairs.
    """
    if len(data) > max_bytes:
        raise ValueError(f"larger than {max_bytes:,} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    try:
        value = json.loads(
            text,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as problem:
        raise ValueError(f"not JSON, at character {problem.pos}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _check_depth(value)
    if HALF.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("half a surrogate pair in a text") from None
    return value


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number with too many digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number that is too large")
    return number


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key twice in one object")
    return table


def _check_depth(value: Any) -> None:
    """Level by level, so that no nesting can exhaust the stack."""
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in NESTING
        ]
        if not level:
            return
    raise ValueError("nested too deeply")
