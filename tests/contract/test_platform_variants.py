"""Twenty broken variants for each platform: the tables that the validators are tested with."""

from __future__ import annotations

import functools
import runpy
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from validators import VALIDATORS

from grader.platforms import PLATFORMS

TESTS = Path(__file__).parents[1] / "platforms"


@functools.cache
def tables(file: str) -> dict[str, Any]:
    """What a test file of a platform holds."""
    return runpy.run_path(str(TESTS / file))


def variants(name: str) -> Collection[str]:
    """The broken variants of a platform."""
    file, *names = VARIANTS[name]
    return [variant for table in names for variant in tables(file)[table]]


VARIANTS = {
    "canvas": ("canvas/test_canvas.py", "SWAPS"),
    "canvas-rest": ("canvas/test_rest.py", "BROKEN"),
    "coursera": ("container/test_coursera.py", "BROKEN", "PAGES"),
    "github": ("container/test_github.py", "BROKEN", "RAW"),
    "gradescope": ("container/test_gradescope.py", "BROKEN"),
    "lti": ("test_lti.py", "BROKEN"),
    "moodle": ("test_moodle.py", "SWAPS", "NAMES"),
    "nbgrader": ("test_nbgrader.py", "BROKEN"),
    "plain": ("test_plain.py", "SWAPS"),
    "prairielearn": ("container/test_prairielearn.py", "BROKEN"),
}
"""Platform → file of its tests, and the tables in it."""


def test_each_platform_has_its_table() -> None:
    """A new platform needs one too."""
    assert set(VARIANTS) == set(VALIDATORS) >= set(PLATFORMS)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_at_least_twenty(name: str) -> None:
    """Each under a name of its own; that each is refused is tested where the table stands."""
    assert len(variants(name)) >= 20
