"""The labelled classes that several files share."""

from __future__ import annotations

import pytest
from graded_class import Classes


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Classes:
    """Nothing is graded before a test asks for it."""
    return Classes(tmp_path_factory.mktemp("classes"))
