"""For every `ask.py`: call a student's function within a time, and write what came as plain JSON.

Nothing here trusts what it handles: a value may lie about its class, raise when it is looked at,
or be endless. What is written is looked at again on the host.
"""

import inspect
import json
import math
import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MAX_TEXT = 300
OF_A_CELL = re.compile(r"\(\d+\.py, line (\d+)\)")
"""IPython gives the code of a cell a file name, by which nobody else knows it."""
MAX_DEPTH = 8
MAX_ENTRIES = 20_000
"""Of one list."""
MAX_PARTS = 60_000
"""Of all that one answer holds; CHARACTERS of a text count as one. A megabyte in all."""
CHARACTERS = 16
LARGEST = 2**53
"""Whole numbers beyond it are no numbers for every reader of JSON."""


class OutOfTime(BaseException):
    """Not an Exception: `except Exception` in a student's function must not swallow it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after `seconds`, and each second again until it ends.

    Outside of the main thread, and on Windows, there are no alarms; there the budget of the cell
    has to do.
    """
    alarms = hasattr(signal, "setitimer")
    if not alarms or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def attempt(function: Callable[[], Any], seconds: float) -> tuple[str, Any, str]:
    """(status, value, error): "ok", "raised" or "timeout"; `error` is one capped line."""
    try:
        with within(seconds):
            return "ok", function(), ""
    except OutOfTime:
        return "timeout", None, f"still running after {seconds:.0f} s"
    except KeyboardInterrupt:  # the time for all functions together is over
        return "timeout", None, "still running when the time for all functions was over"
    except BaseException as problem:  # noqa: BLE001 - SystemExit too is only an answer
        return "raised", None, one_line(problem)


def fitting(
    function: Callable[..., Any], offered: Sequence[Any], *, all_of_them: bool
) -> list[Any]:
    """As many of `offered` as the function has places for: all positional ones, or only those
    that must be filled. The offered values as they are when its signature cannot be seen."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return list(offered)
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return list(offered)
    places = [
        parameter
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and (all_of_them or parameter.default is parameter.empty)
    ]
    return list(offered[: len(places)])


def forget(function: object) -> None:
    """What `functools.cache` keeps of earlier calls: the next one is with other data."""
    clear = getattr(function, "cache_clear", None)
    if callable(clear):
        clear()


def defined(notebook: dict[str, Any], names: Sequence[str]) -> str:
    """The first of the names that the notebook has bound to something callable, or "".

    A model is none: flat code may keep one under the name that a function would have.
    """
    return next((name for name in names if _is_function(notebook.get(name))), "")


def _is_function(value: Any) -> bool:
    layers = (kind.__module__ for kind in type(value).__mro__ if kind.__name__ == "Layer")
    return callable(value) and not any(home.startswith(("keras", "tf_keras")) for home in layers)


def one_line(problem: BaseException) -> str:
    """Class and message of an exception; also of one whose `__str__` raises."""
    try:
        words = " ".join(str(problem).split())
    except BaseException:  # noqa: BLE001
        words = "(its message cannot be shown)"
    return OF_A_CELL.sub(r"(line \1)", _text(f"{type(problem).__name__}: {words}"))


def plain(value: Any) -> Any:
    """Plain JSON of the very same shape, or the class name where there is none.

    Of an answer that is larger than any right one the rest is left out.
    """
    return _plain(value, 0, [MAX_PARTS])


def _plain(value: Any, depth: int, left: list[int]) -> Any:  # noqa: PLR0911 - one a kind
    left[0] -= 1
    if value is None or type(value) is bool:
        return value
    if type(value) is str:
        left[0] -= len(value[:MAX_TEXT]) // CHARACTERS
        return _text(value)
    if type(value) is int:
        return value if abs(value) <= LARGEST else f"a number of {value.bit_length()} bits"
    if type(value) is float:
        return value if math.isfinite(value) else str(value)
    if depth < MAX_DEPTH and type(value) in (list, tuple):
        return [_plain(part, depth + 1, left) for part in value[:MAX_ENTRIES] if left[0] > 0]
    if depth < MAX_DEPTH and type(value) is dict:
        entries = list(value.items())[:MAX_ENTRIES]
        return {_key(key): _plain(part, depth + 1, left) for key, part in entries if left[0] > 0}
    return kind_of(value)


def _key(key: Any) -> str:
    """A key may be anything that has a hash; what JSON has no name for goes by its class."""
    if type(key) is str:
        return _text(key)
    if type(key) is int:
        return str(_plain(key, 0, [1]))
    return repr(key) if type(key) in (bool, float, type(None)) else kind_of(key)


def _text(text: str) -> str:
    """Capped, and something that every encoding can write: one half of a pair spoils a file."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def kind_of(value: Any) -> str:
    """Class name, as the interpreter and not as the object tells it."""
    return type(value).__name__[:80]


def wanted_of(asked: dict[str, Any], parts: Sequence[str]) -> set[str]:
    """The parts that are asked for: those of the functions in `asked["wanted"]`, else all."""
    if "wanted" not in asked:
        return set(parts)
    names = set(asked["wanted"])
    return {part for part in parts if names.intersection(asked["functions"][part])}


def clear(out: str) -> None:
    """Nothing that a cell wrote there is an answer."""
    for path in Path(out).iterdir():
        if path.name.startswith(("answers", "graph_", "weights_")):
            with suppress(OSError):
                path.unlink()


class Answers:
    """`answers.json`, written anew after each answer: a crash later on loses nothing."""

    def __init__(self, out: str) -> None:
        self.out = out
        self.given: dict[str, dict[str, Any]] = {}

    def give(self, function: str, status: str, value: Any = None, error: str = "") -> None:
        self.given[function] = {"status": status, "value": plain(value), "error": error[:MAX_TEXT]}
        path = Path(self.out) / "answers.json"
        path.with_suffix(".new").write_text(json.dumps(self.given, allow_nan=False), "utf-8")
        path.with_suffix(".new").replace(path)
