"""What a measured accuracy is worth."""

from __future__ import annotations

import pytest
from checks_samples import finding
from evidence_samples import evidence, measured


@pytest.mark.parametrize(
    ("correct", "total", "half", "expected"),
    [(252, 256, 0.02, 1), (231, 256, 0.04, 1), (225, 256, 0.04, 0.75), (225, 256, 0.01, 0.5),
     (185, 256, 0.04, 0.25), (160, 256, 0.06, 0), (128, 256, 0.06, 0), (0, 0, 0, 0)],
)  # fmt: skip
def test_accuracy_pays_in_steps(correct: int, total: int, half: float, expected: float) -> None:
    """Full at the threshold, most when the interval reaches it, then steps; chance earns none."""
    told = measured(correct, total, half) if total else measured(0, 1, status="not_measurable")
    assert finding("accuracy", evidence(measured=told)).share == expected
