"""The plain files, and twenty and more broken ones that the validator refuses."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from platform_breaking import raw
from platform_cases import GOLDEN
from platform_files import pieces
from validators.plain import problems

GOOD: Mapping[str, bytes] = pieces("plain", GOLDEN / "plain")["all"]
G, V, J = "grades.csv", "verdicts.csv", "grades.jsonl"
SWAPS = {
    "other titles": (G, b"submission,", b"student,"),
    "a column is gone": (G, b",comments\r\n", b"\r\n"),
    "an unknown status": (G, b"graded,34", b"ok,34"),
    "held with points": (G, b"held,,100", b"held,0,100"),
    "graded without points": (G, b"graded,34,", b"graded,,"),
    "negative points": (G, b"graded,34,", b"graded,-34,"),
    "points are words": (G, b"graded,34,", b"graded,many,"),
    "points are NaN": (G, b"graded,34,", b"graded,nan,"),
    "a decimal comma": (G, b"graded,88.2,", b'graded,"88,2",'),
    "a short row": (G, b"exempt,,100,,,", b"exempt,,100,,"),
    "a formula": (G, b"Please hand in", b"=1+1 hand in"),
    "a formula in a quoted cell": (G, b'"You are nearly', b'"@SUM You are nearly'),
    "sha256 is short": (G, b"abab,", b"aba,"),
    "a submission twice": (G, b"\r\nperfect,", b"\r\nopaque,"),
    "escape in a cell": (G, b"Please hand", b"\x1b[2JPlease hand"),
    "an open quote": (G, b"late,horses", b'"late,horses'),
    "more columns in a row": (V, b"crashed,cut,", b"crashed,cut,,"),
    "a verdict of nobody": (V, b"crashed,cut,", b"nobody,cut,"),
    "verdict points are words": (V, b",passed,6,6,", b",passed,six,6,"),
    "other points in the JSON": (J, b'"points": 34.0', b'"points": 35.0'),
    "points for a held one": (J, b"held\", \"points\": null", b"held\", \"points\": 0"),
    "NaN in the JSON": (J, b'"points": 34.0', b'"points": NaN'),
    "true in the JSON": (J, b'"points": 34.0', b'"points": true'),
    "an unknown submission": (J, b'"submission": "late"', b'"submission": "later"'),
    "a broken line": (J, b'{"submission": "late"', b'"submission": "late"'),
}  # fmt: skip


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_the_validator_refuses(swap: tuple[str, bytes, bytes]) -> None:
    """One place changed in a good file."""
    name, old, new = swap
    assert problems(GOOD) == []
    assert old in GOOD[name]
    assert problems(raw(GOOD, name, GOOD[name].replace(old, new, 1))) != []


@pytest.mark.parametrize("name", [G, V, J])
@pytest.mark.parametrize("data", [b"", b"\xff"])
def test_the_validator_refuses_empty_and_odd_files(name: str, data: bytes) -> None:
    """No bytes, no UTF-8."""
    assert problems(raw(GOOD, name, data)) != []


def test_the_last_line_must_end() -> None:
    """A file that was cut off is noticed."""
    assert problems(raw(GOOD, J, GOOD[J].rstrip(b"\n"))) != []
