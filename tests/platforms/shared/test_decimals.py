"""Numbers as spreadsheets of many countries write them."""

from __future__ import annotations

import pytest

from grader.platforms.shared.sheet import decimal_mark, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20), ("20.5", 20.5), ("20,5", 20.5), ("0.125", 0.125), (" 7 ", 7),
        ("1,000.00", 1000), ("1.000,00", 1000), ("1 000,5", 1000.5), ("1\u00a0000", 1000),
        ("1\u202f000,50", 1000.5), ("1'000.25", 1000.25), ("1’000", 1000),
        ("1,000,000", 1e6), ("1.000.000,5", 1000000.5), ("1,00,000.50", 100000.5),
        ("1000.000", 1000), ("0", 0),
    ],
)  # fmt: skip
def test_a_clear_number(text: str, value: float) -> None:
    """Whatever is known of the rest of the column."""
    assert [parse_number(text, mark) for mark in ("", ".", ",")] == [value] * 3


@pytest.mark.parametrize(
    "text",
    ["", "N/A", "-5", "1e3", "1.2.3", "12,34,5", "1,0,0", ",5", "5,", "１０", "1 0", "1,000 000.5",
     "nan", "inf"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    """It is never guessed."""
    assert parse_number(text) is parse_number(text, ".") is parse_number(text, ",") is None


def test_a_thousand_or_one() -> None:
    """Only the mark that other numbers have tells."""
    assert parse_number("1,000") is None
    assert parse_number("1,000", ".") == parse_number("1.000", ",") == 1000
    assert parse_number("1,000", ",") == parse_number("1.000", ".") == 1


def test_the_mark_of_a_column() -> None:
    """From numbers that leave no doubt; two marks are none."""
    assert decimal_mark(["1,000", "950.00", "", "N/A"]) == "."
    assert decimal_mark(["1.012,50", "7"]) == ","
    assert decimal_mark(["1,000", "2.000", "1,000,000"]) == decimal_mark(["1,5", "1.5"]) == ""
