"""Training curves are drawn inside their frames, and told in words."""

from __future__ import annotations

import math

from hypothesis import given, settings, strategies as st
from reading_pictures import SVG, parsed, words

from grader.report.pictures import (
    curve as picture_curve,
)

VALUES = st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=40)


@given(VALUES, VALUES, st.sampled_from([1.0, None]))
@settings(deadline=None, max_examples=40)
def test_every_curve_is_drawn_inside_its_frame(
    training: list[float], validation: list[float], top: float | None
) -> None:
    """Any finite numbers, also beyond the axis, give points within the picture."""
    svg = picture_curve.chart(tuple(training), tuple(validation), what="Loss", top=top)
    assert bool(svg) == bool(training or validation)
    if not svg:
        return
    for node in parsed(svg).iter(f"{SVG}polyline"):
        for pair in str(node.get("points")).split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= picture_curve.WIDTH
            assert 0 <= y <= picture_curve.HEIGHT


def test_a_curve_leaves_out_what_is_no_number() -> None:
    """NaN and infinity are not drawn; nothing left, nothing drawn."""
    assert picture_curve.chart((math.nan,), (math.inf,), what="Loss", top=None) == ""
    assert "training from 0.500 to 0.400" in picture_curve.chart(
        (0.5, math.nan, 0.4), (), what="Loss", top=None
    )


def test_an_axis_that_does_not_start_at_zero_says_so() -> None:
    """Accuracies above one half use the upper half of the axis, with its figures."""
    assert "50%" in words(picture_curve.chart((0.6, 0.9), (), what="Accuracy"))
    assert "0%" in words(picture_curve.chart((0.3, 0.9), (), what="Accuracy")).split(" | ")


def test_the_ends_of_two_lines_do_not_cover_one_another() -> None:
    """Labels of lines that meet are moved apart, inside the picture."""
    for value in (0.0, 0.5, 1.0):
        svg = picture_curve.chart((0.4, value), (0.4, value), what="Accuracy")
        heights = [
            float(str(node.get("y")))
            for node in parsed(svg).iter(f"{SVG}text")
            if str(node.get("class")).startswith("label")
        ]
        assert abs(heights[0] - heights[1]) >= 12
        assert max(heights) < picture_curve.HEIGHT
