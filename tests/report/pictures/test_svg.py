"""Rings, bars and intervals, and the numbers in them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from reading_pictures import SVG, parsed

from grader.report.templates import environment, number


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.5, 1.0, 7.0])
def test_glances_stay_in_their_bounds(share: float) -> None:
    """A share outside 0…1 is drawn as the nearest one inside."""
    pictures: Any = environment("html").get_template("pictures.html.j2").module
    for svg in (pictures.ring(share), pictures.bar(share, "t", "passed")):
        for node in parsed(svg).iter(f"{SVG}rect"):
            assert 0 <= float(str(node.get("width"))) <= 100
    parsed(pictures.interval(share, 0.0, 1.0, "examples"))


def test_numbers_are_plain() -> None:
    """No NaN, no exponent in a coordinate."""
    assert number(math.nan) == "0"
    assert number(1.25e-7) == "0"
    assert number(12.0) == "12"
