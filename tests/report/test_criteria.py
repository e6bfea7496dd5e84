"""A criterion is laid out once for all who have the very same card, and for nobody else."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest
from samples_more import mistakes

from grader.records import Link
from grader.report.criteria import LaidOut, laid_out
from grader.report.harmless import LIMIT
from grader.report.page import page
from grader.report.shape import Card
from grader.report.templates import Format

CARD = next(card for card in page(mistakes()).cards if card.verdict.hint)
FORMATS: tuple[Format, ...] = get_args(Format)


def like(card: Card, **changes: Any) -> Card:
    """An equal card of another student, with changes of the card or of its verdict."""
    own = {name: value for name, value in changes.items() if hasattr(card, name)}
    verdict = card.verdict.model_validate(
        {**card.verdict.model_dump(), **{n: v for n, v in changes.items() if n not in own}}
    )
    return dataclasses.replace(card, verdict=verdict, **own)


def test_an_equal_card_is_the_same() -> None:
    other = like(CARD)
    assert other == CARD and other is not CARD
    assert laid_out(other) is laid_out(CARD)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "change",
    [
        {"anchor": "criterion-99"},
        {"word": "odd word"},
        {"points": "3 of 8 points, odd"},
        {"waits_for": ("odd one",)},
        {"lessons": (Link(title="odd lesson"),)},
        {"message": "odd <message>"},
        {"seen": "odd `seen`"},
        {"expected": "odd expectation"},
        {"why": "odd reason"},
        {"hint": "odd hint"},
        {"title": "odd title"},
        {"visibility": "instructor"},
        {"status": "error"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_differs_is_laid_out_anew(format_: Format, change: dict[str, Any]) -> None:
    """What one student reads never comes from another one's card that differs in a word."""
    changed = like(CARD, **change)
    first = str(laid_out(CARD).as_(format_))
    told = str(laid_out(changed).as_(format_))
    assert told == str(LaidOut(changed).as_(format_))
    if "anchor" not in change or format_ == "html":
        assert told != first


def test_a_long_text_is_not_kept() -> None:
    """It is a student's own."""
    long = like(CARD, seen="x" * (LIMIT + 1))
    assert laid_out(long) is not laid_out(like(long))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_students_words_stay_harmless(format_: Format) -> None:
    """Also the second time, when they come from what was kept."""
    sly = like(CARD, seen="<script>alert(1)</script>\x1b[31m", message="![x](javascript:y)")
    for _ in range(2):
        told = laid_out(sly).as_(format_)
        assert "\x1b" not in told
        assert "<script>" not in told or format_ == "txt"
        assert "![x](javascript" not in told or format_ != "md"
