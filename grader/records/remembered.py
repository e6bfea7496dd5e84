"""What was made of an object, for as long as it lives, and of bytes, for a while.

Checks ask the same of a graph over and over, and the graphs of a class are mostly alike.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")
KEPT = 16
"""Texts; what is made of a graph's takes half a megabyte."""
USUAL_BYTES = 256 * 1024
"""Of one text; the graph of InceptionV3 has 90 KB. What is larger may be an enemy's."""


class Remembered(Generic[Thing, Made]):
    """`make(thing)`, kept until the thing is gone. Things are told apart by identity.

    What is made must not hold the thing, or neither would ever go. Several threads may ask: at
    worst something is made twice.
    """

    def __init__(self, make: Callable[[Thing], Made]) -> None:
        self._make = make
        self._known: dict[int, tuple[weakref.ref[Thing], Made]] = {}

    def of(self, thing: Thing) -> Made:
        """What was made of this very thing; made now when it is not known."""
        number = id(thing)
        known = self._known.get(number)
        if known is not None and known[0]() is thing:
            return known[1]
        made = self._make(thing)
        try:
            gone = weakref.ref(thing, lambda _: self._known.pop(number, None))
        except TypeError:  # no record, but what a test of a check put in its place
            return made
        self._known[number] = gone, made
        return made


def kept_if_usual(make: Callable[..., Made]) -> Callable[..., Made]:
    """The same function of a text, which remembers what it made of the last few; not of huge ones.

    Equal texts then give one object, which nobody may change.
    """
    known = lru_cache(maxsize=KEPT)(make)

    def made(text: bytes, *more: Hashable) -> Made:
        return (known if len(text) <= USUAL_BYTES else make)(text, *more)

    return made
