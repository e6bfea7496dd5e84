"""What `make test` tries only a part of: other parts with every change; `make whole` tries all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

from grader.pipeline.equal_code import programs

ALL = "GRADER_TEST_ALL" in os.environ
"""As `make whole` says."""
T = TypeVar("T")


def in_turn(things: Iterable[T], every: int) -> list[T]:
    """One in so many of them, other ones with every change of our programs."""
    return list(things)[int(programs(), 16) % every :: every]


def tried(things: Iterable[T], every: int) -> list[T]:
    """One in so many of them, or all."""
    return list(things) if ALL else in_turn(things, every)
