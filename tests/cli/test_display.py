"""The display of a batch, while its threads go on."""

import sys
import threading
from collections.abc import Iterator

import pytest

from grader.cli.display import Display
from grader.pipeline import Board


@pytest.fixture
def often_switching() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("often_switching")
def test_submissions_begin_and_end_while_the_display_is_drawn() -> None:
    """A class of thousands changes the board in the middle of a line."""
    board, display, over = Board(total=9), Display(total=9), threading.Event()

    def submissions() -> None:
        for number in range(1_000_000):
            board.flying[f"s{number}"] = "running"
            board.flying.pop(f"s{number - 40}", None)
            if over.is_set():
                return

    threads = [threading.Thread(target=submissions) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2000):
            display.tick(board)
    finally:
        over.set()
        for thread in threads:
            thread.join()
