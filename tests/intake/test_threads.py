"""Submissions are read by many threads at once."""

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.intake.notebook import normal_form, parse_cell

CELL = "x = [[[[[[1 + 2, (3, {4: [5]})]]]]]]\n" * 20


def _give_way(phase: str, info: object) -> None:
    if threading.current_thread() is not threading.main_thread():
        time.sleep(0)


@pytest.fixture
def giving_way() -> Iterator[None]:
    """Other threads get their turn in the middle of a syntax tree, as garbage is collected."""
    usual = gc.get_threshold()
    gc.callbacks.append(_give_way)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*usual)
    gc.callbacks.remove(_give_way)


@pytest.mark.usefixtures("giving_way")
def test_syntax_trees_are_built_by_several_threads() -> None:
    """Python has one counter for all of them."""
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(parse_cell, [CELL] * 60))
        assert len(set(pool.map(normal_form, [CELL] * 60))) == 1
