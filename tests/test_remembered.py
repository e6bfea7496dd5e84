"""What was made of a thing is kept, for that very thing alone, and also among threads."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.records.remembered import FEW, Remembered


class Thing:
    """All are equal; only identity tells them apart."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_it_is_made_once_while_it_is_among_the_last() -> None:
    """Of an equal thing it is made anew; of one that was pushed out, again."""
    numbers = itertools.count(1)
    remembered = Remembered[Thing, int](lambda _: next(numbers))
    first, second = Thing(), Thing()
    assert [remembered.of(one) for one in (first, second, first, second)] == [1, 2, 1, 2]
    others = [Thing() for _ in range(FEW)]
    assert [remembered.of(one) for one in others] == list(range(3, 3 + FEW))
    assert remembered.of(first) == 3 + FEW


@pytest.mark.usefixtures("eager_threads")
def test_threads_get_what_was_made_of_their_own_thing() -> None:
    """A batch judges several submissions at the same time."""
    remembered = Remembered[Thing, int](id)

    def asked(_: int) -> bool:
        mine = [Thing() for _ in range(3)]
        return all(remembered.of(one) == id(one) for _ in range(200) for one in mine)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asked, range(32)))
