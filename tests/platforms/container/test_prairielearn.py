"""PrairieLearn: results below 1 MiB with the curve as a picture, and what its validator refuses."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image
from platform_breaking import in_file, put, raw
from platform_cases import GOLDEN, one
from validators.prairielearn import problems

from grader.platforms.container.prairielearn import MAX_BYTES, picture, results, write
from grader.records import Curve, Measured, Training

FILE = "results.json"
GOOD: Mapping[str, bytes] = {FILE: (GOLDEN / "prairielearn/many-mistakes" / FILE).read_bytes()}
HELD: Mapping[str, bytes] = {FILE: (GOLDEN / "prairielearn/held" / FILE).read_bytes()}
PNG = "data:image/png;base64,"
BROKEN = {
    "no score": put("score"),
    "the score is NaN": put("score", value=float("nan")),
    "the score is true": put("score", value=True),
    "the score is text": put("score", value="0.5"),
    "the score is above 1": put("score", value=65),
    "the score is negative": put("score", value=-0.01),
    "gradable is text": put("gradable", value="yes"),
    "not gradable, with a score": put("gradable", value=False),
    "format_errors though gradable": put("format_errors", value=["x"]),
    "message is a list": put("message", value=[]),
    "output has NUL": put("output", value="a\x00b"),
    "an unknown key": put("succeeded", value=True),
    "tests is text": put("tests", value="x"),
    "a test is a number": put("tests", 0, value=1),
    "a test without a name": put("tests", 0, "name"),
    "one test without points": put("tests", 0, "points"),
    "one test without a maximum": put("tests", 0, "max_points"),
    "more points than the maximum": put("tests", 1, "points", value=99),
    "negative points": put("tests", 1, "points", value=-1),
    "an unknown key in a test": put("tests", 1, "score", value=1),
    "a test's message is null": put("tests", 1, "message", value=None),
    "an image from elsewhere": put("images", 0, "url", value="https://example.org/x.png"),
    "an image that is no base64": put("images", 0, "url", value=PNG + "ää"),
    "an image that is no PNG": put("images", 0, "url", value=PNG + "aGVsbG8="),
    "an image as SVG": put("images", 0, "url", value="data:image/svg+xml;base64,AAAA"),
    "an image without an address": put("images", 0, "url"),
    "too large": put("output", value="x" * MAX_BYTES),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Any) -> None:
    """One broken value in a good file."""
    assert problems(GOOD) == []
    assert problems(in_file(GOOD, FILE, change)) != []


@pytest.mark.parametrize(
    "change",
    [put("score", value=0), put("format_errors", value=[]), put("format_errors", value=7)],
)
def test_the_validator_refuses_a_broken_hold(change: Any) -> None:
    """A hold has no score and says why."""
    assert problems(HELD) == []
    assert problems(in_file(HELD, FILE, change)) != []


def test_the_validator_refuses_a_damaged_picture() -> None:
    """One bit of the PNG turned: the checksum of its chunk tells."""
    value = json.loads(GOOD[FILE])
    data = bytearray(base64.b64decode(value["images"][0]["url"].removeprefix(PNG)))
    data[60] ^= 1
    value["images"][0]["url"] = PNG + base64.b64encode(bytes(data)).decode()
    assert problems(raw(GOOD, FILE, json.dumps(value).encode())) != []


def test_a_fault_of_ours_is_not_gradable() -> None:
    """`gradable: false` and no score at all: the attempt is not counted."""
    value = results(one("held"))
    assert value["gradable"] is False
    assert "score" not in value


@pytest.mark.slow
def test_long_texts_are_cut_until_the_file_fits() -> None:
    """A thousand verdicts of 4000 characters still give a valid file."""
    grade = one("many-mistakes")
    verdict = grade.verdicts[1].model_copy(update={"message": "ü" * 4000, "seen": "x" * 4000})
    big = grade.model_copy(update={"verdicts": (verdict,) * 300})
    data = write(big, {}, None)[FILE]
    assert data is not None
    assert len(data) <= MAX_BYTES
    assert problems({FILE: data}) == []


def test_the_curve_is_a_picture_that_others_read() -> None:
    """Pillow reads it; training is blue, validation red; bottom is 0 and top is 1."""
    curve = Curve(accuracy=(0.0, 1.0), val_accuracy=(0.5,))
    measured = Measured(status="ok", trainings=(Training(seed=1, correct=1, total=1, curve=curve),))
    image = Image.open(io.BytesIO(picture(measured))).convert("RGB")
    assert image.size == (480, 240)
    assert image.getpixel((16, 224)) == (30, 90, 200)
    assert image.getpixel((464, 16)) == (30, 90, 200)
    assert image.getpixel((300, 120)) == (200, 40, 40)
    assert picture(None) == b""
    assert picture(Measured(status="not_measurable")) == b""
