"""What is said of a data set: the colour of each image, shapes, labels, for any kind of array."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.inside.asking.looking import DIGITS, look

DRAWN = np.random.default_rng(5)


@pytest.mark.parametrize("kind", ["uint8", "int32", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_the_colour_of_an_image_is_its_median_and_largest_spread(kind: str, channels: int) -> None:
    images = (DRAWN.uniform(0, 255, (5, 8, 6, channels))).astype(kind)
    seen = look([(images, np.arange(5))], max_images=100)["images"]
    numbers = images.astype("float64")
    medians = np.median(numbers, axis=(1, 2))
    apart = np.abs(numbers - medians[:, None, None, :])
    spreads = np.median(apart, axis=(1, 2)).max(axis=-1).round(DIGITS)
    np.testing.assert_allclose([one[0] for one in seen], medians, atol=10.0**-DIGITS)
    np.testing.assert_allclose([one[1] for one in seen], spreads, atol=10.0**-DIGITS)
    assert [one[2] for one in seen] == list(range(5))


def test_a_pair_of_arrays_is_all_images_with_their_labels() -> None:
    """A list of two batches is none."""
    images, labels = np.ones((5, 8, 6, 3)), np.arange(5)
    seen = look((images, labels), max_images=100)
    assert (seen["batches"], seen["labelled"], seen["ended"]) == ([5], True, True)
    assert look([images, images[:2]], max_images=100)["batches"] == [5, 2]


def test_black_borders_leave_the_colour() -> None:
    """A rotation, a shift or a crop of one colour shows that colour."""
    images = np.full((1, 150, 150, 3), 0.7)
    images[:, :40] = images[:, :, 130:] = 0
    assert look([(images,)], max_images=9)["images"] == [[[0.7] * 3, 0.0, None]]


def test_one_colour_has_no_spread() -> None:
    images = np.full((2, 150, 150, 3), 7.3, "float32")
    assert [one[1] for one in look([(images,)], max_images=9)["images"]] == [0.0, 0.0]


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda one: one[:, ::-1, :, ::-1]])
def test_the_layout_in_memory_does_not_matter(layout: Any) -> None:
    images = DRAWN.uniform(0, 1, (3, 5, 4, 3))
    same = look([(np.ascontiguousarray(layout(images)),)], max_images=9)
    assert look([(layout(images),)], max_images=9) == same


def test_a_number_that_is_none_stays_visible() -> None:
    """NaN makes the image's colour NaN, which no comparison takes for right."""
    images = np.ones((1, 4, 4, 3))
    images[0, 0, 0, 1] = np.nan
    mean, spread, _ = look([(images,)], max_images=9)["images"][0]
    assert mean[0] == 1 and np.isnan(mean[1]) and np.isnan(spread)


@pytest.mark.parametrize("shape", [(1, 0, 0, 3), (1, 0, 4, 3)])
def test_an_image_without_pixels_has_no_colour(shape: tuple[int, ...]) -> None:
    """None that could be taken for one of ours."""
    with pytest.warns(RuntimeWarning):
        mean, spread, _ = look([(np.ones(shape),)], max_images=9)["images"][0]
    assert np.isnan(mean).all() and np.isnan(spread)
