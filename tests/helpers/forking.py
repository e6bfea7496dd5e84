"""The tier `warm` with every Python program forked, for the contract and the attacks."""

from __future__ import annotations

from functools import lru_cache

import pytest

from grader.records.errors import SandboxError
from grader.sandbox import Sandbox, choose
from grader.sandbox.tiers.warm import Warm

REAL_TIERS = ("bubblewrap", "warm", "landlock")
"""Those with walls, which the contract and the attacks run over."""
PRELOAD = ("json", "socket", "ctypes", "threading", "subprocess")


class Always(Warm):
    """No cold start stands in when a fork fails."""

    def _fault(self, problem: SandboxError) -> None:
        raise problem


def chosen(name: str) -> Sandbox:
    """The tier as it is used, or skip where this machine cannot have it."""
    try:
        return choose(name)
    except SandboxError as problem:
        pytest.skip(f"{name}: {problem}")


def tier(name: str) -> Sandbox:
    """The tier, or skip; `warm` forks every Python program."""
    found = chosen(name)
    return _forking(found) if isinstance(found, Warm) else found


@lru_cache(maxsize=1)
def _forking(found: Warm) -> Warm:
    return Always(found.cold, always=PRELOAD)
