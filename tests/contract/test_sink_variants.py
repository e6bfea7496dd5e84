"""Twenty broken variants for each platform: the tables that the validators are tested with."""

from __future__ import annotations

from collections.abc import Collection

import pytest
import test_sink_canvas
import test_sink_canvas_rest
import test_sink_coursera
import test_sink_github
import test_sink_gradescope
import test_sink_lti
import test_sink_moodle
import test_sink_nbgrader
import test_sink_plain
import test_sink_prairielearn

from grader.sinks import SINKS
from grader.sinks.validators import VALIDATORS

VARIANTS: dict[str, Collection[str]] = {
    "canvas": test_sink_canvas.SWAPS,
    "canvas-rest": test_sink_canvas_rest.BROKEN,
    "coursera": [*test_sink_coursera.BROKEN, *test_sink_coursera.PAGES],
    "github": [*test_sink_github.BROKEN, *test_sink_github.RAW],
    "gradescope": test_sink_gradescope.BROKEN,
    "lti": test_sink_lti.BROKEN,
    "moodle": [*test_sink_moodle.SWAPS, *test_sink_moodle.NAMES],
    "nbgrader": test_sink_nbgrader.BROKEN,
    "plain": test_sink_plain.SWAPS,
    "prairielearn": test_sink_prairielearn.BROKEN,
}


def test_each_platform_has_its_table() -> None:
    """A new sink needs one too."""
    assert set(VARIANTS) == set(VALIDATORS) >= set(SINKS)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_at_least_twenty(name: str) -> None:
    """Each under a name of its own; that each is refused is tested where the table stands."""
    assert len(VARIANTS[name]) >= 20
