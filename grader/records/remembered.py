"""What was made of an object, for as long as it lives: checks ask the same over and over."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


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
        gone = weakref.ref(thing, lambda _: self._known.pop(number, None))
        self._known[number] = gone, made
        return made
