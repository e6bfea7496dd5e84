"""What was made of the last few objects: checks ask the same of one submission over and over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")
FEW = 8
"""Objects: the graphs of a few submissions, which threads judge at the same time."""


class Remembered(Generic[Thing, Made]):
    """`make(thing)`, kept for the last few things. They are told apart by identity.

    Several threads may ask: what is kept is replaced as a whole and never changed, so at worst
    something is made twice.
    """

    def __init__(self, make: Callable[[Thing], Made]) -> None:
        self._make = make
        self._last: tuple[tuple[Thing, Made], ...] = ()

    def of(self, thing: Thing) -> Made:
        """What was made of this very thing; made now when it is not known."""
        for known, made in self._last:
            if known is thing:
                return made
        made = self._make(thing)
        self._last = ((thing, made), *self._last)[:FEW]
        return made
