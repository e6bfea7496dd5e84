"""How tests are shared out among workers: `make test` has one for each of two cores."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ONE_CLASS = TESTS / "reference"
"""Folder whose files share one graded class: it is graded once for all of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a file stay together, as most share what the first of them made; but for those that
    name a group of their own."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            group = ONE_CLASS if item.path.is_relative_to(ONE_CLASS) else item.path
            item.add_marker(pytest.mark.xdist_group(str(group.relative_to(TESTS))))
