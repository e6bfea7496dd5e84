"""A quick fuzz of all readers of strangers' bytes; `python -m benchmarks.fuzz` goes on longer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from targets import TARGETS


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_only_declared_ways_out(name: str) -> None:
    """Nothing but a return, or the errors that a reader says it has."""
    target = TARGETS[name]
    calm = settings(
        max_examples=target.examples, deadline=None, suppress_health_check=list(HealthCheck)
    )
    calm(given(target.inputs)(target.run))()
