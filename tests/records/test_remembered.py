"""What was made of a thing is kept, for that very thing alone, and also among threads."""

from __future__ import annotations

import itertools
import sys
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from grader.records.remembered import Remembered


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


def test_it_is_made_once_of_each_thing() -> None:
    """Of an equal thing it is made anew."""
    numbers = itertools.count(1)
    remembered = Remembered[Thing, int](lambda _: next(numbers))
    first, second = Thing(), Thing()
    assert [remembered.of(one) for one in (first, second, first, second)] == [1, 2, 1, 2]


def test_it_goes_with_its_thing() -> None:
    """A batch of a thousand keeps nothing of those that are done; their places are used anew."""
    remembered = Remembered[Thing, Thing](lambda _: Thing())
    thing = Thing()
    made = weakref.ref(remembered.of(thing))
    assert made() is not None
    del thing
    assert made() is None


def test_a_new_thing_in_the_place_of_one_that_is_gone_is_another() -> None:
    """Python gives freed memory, and with it a thing's id, to the next one."""
    numbers = itertools.count(1)
    remembered = Remembered[Thing, int](lambda _: next(numbers))
    ids, told = set(), []
    for _ in range(100):
        thing = Thing()
        ids.add(id(thing))
        told.append(remembered.of(thing))
        del thing
    assert len(ids) < len(told)
    assert told == list(range(1, 101))


def test_of_what_cannot_be_watched_it_is_made_each_time() -> None:
    """Whoever tests a check may hand it any object with the right attributes."""
    numbers = itertools.count(1)
    remembered = Remembered[SimpleNamespace, int](lambda _: next(numbers))
    thing = SimpleNamespace()
    assert [remembered.of(thing), remembered.of(thing)] == [1, 2]


@pytest.mark.usefixtures("eager_threads")
def test_threads_get_what_was_made_of_their_own_thing() -> None:
    """A batch judges several submissions at the same time."""
    remembered = Remembered[Thing, int](id)

    def asked(_: int) -> bool:
        mine = [Thing() for _ in range(3)]
        return all(remembered.of(one) == id(one) for _ in range(200) for one in mine)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asked, range(32)))
