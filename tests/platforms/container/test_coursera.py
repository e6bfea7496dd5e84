"""Coursera: parts, pages below 100 KB, and twenty and more that the validator refuses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hook_program import PARTS
from platform_breaking import in_file, put, raw
from platform_cases import GOLDEN, copy_of_runs, one, send
from validators.coursera import problems

from grader.assignment.folder import load_assignment
from grader.platforms.container.coursera import MAX_PAGE_BYTES, Part, feedback, read_parts
from grader.records.errors import PlatformError

FILE, PAGE = "feedback.json", "htmlFeedback.html"
FOLDER = GOLDEN / "coursera/many-mistakes/bAsE2"
GOOD: Mapping[str, bytes] = {name: (FOLDER / name).read_bytes() for name in (FILE, PAGE)}
BROKEN = {
    "no feedback": put("feedback"),
    "feedback is null": put("feedback", value=None),
    "feedback is a number": put("feedback", value=1),
    "feedback has an escape": put("feedback", value="\x1b[31m"),
    "no share": put("fractionalScore"),
    "the share is true": put("fractionalScore", value=True),
    "the share is text": put("fractionalScore", value="0.6"),
    "the share is above 1": put("fractionalScore", value=60),
    "the share is negative": put("fractionalScore", value=-0.1),
    "the share is NaN": put("fractionalScore", value=float("nan")),
    "both ways of grading": put("isCorrect", value=True),
    "isCorrect is text": lambda v: put("isCorrect", value="yes")(put("fractionalScore")(v)),
    "an unknown type": put("feedbackType", value="MD"),
    "the type is a list": put("feedbackType", value=["HTML"]),
    "TXT without its file": put("feedbackType", value="TXT"),
    "a page without the type": put("feedbackType"),
    "an unknown key": put("score", value=1),
}
PAGES = {
    "empty": b"",
    "too large": b"<p>" + b"x" * MAX_PAGE_BYTES + b"</p>",
    "script": b"<p>a</p><script>1</script>",
    "frame": b'<iframe src="https://example.org"></iframe>',
    "picture": b'<img src="x">',
    "handler": b'<p onclick="x()">a</p>',
    "script address": b'<a href="javascript:alert(1)">a</a>',
    "plain http": b'<a href="http://example.org">a</a>',
    "not closed": b"<p>a",
    "closed wrongly": b"<p><strong>a</p></strong>",
    "comment": b"<p>a</p><!-- b -->",
    "whole page": b"<!doctype html><p>a</p>",
    "no UTF-8": b"<p>\xff</p>",
    "control characters": b"<p>\x00</p>",
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Any) -> None:
    """One broken value in a good file."""
    assert problems(GOOD) == []
    assert problems(in_file(GOOD, FILE, change)) != []


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_validator_refuses_the_page(page: bytes) -> None:
    """Too large, or it acts, or it would break the page around it."""
    assert problems(raw(GOOD, PAGE, page)) != []


def test_the_validator_refuses_missing_files() -> None:
    """No file, no page."""
    assert problems({}) != []
    assert problems({FILE: GOOD[FILE]}) != []


def test_a_part_counts_its_own_criteria() -> None:
    """6 + 12 of 30 points of the base: 60 %."""
    made = feedback(one("many-mistakes"), Part(criteria=("base", "weights", "frozen")))
    assert made is not None
    assert made[0]["fractionalScore"] == 0.6


def test_lateness_lowers_every_part() -> None:
    """What is taken from the whole is taken from each part alike."""
    made = feedback(one("late"), Part(criteria=("base",)))
    assert made is not None
    assert made[0]["fractionalScore"] == 0.9


@pytest.mark.slow
def test_a_large_page_loses_whole_verdicts() -> None:
    """Never half a tag; it says how many are missing."""
    grade = one("perfect")
    long = [v.model_copy(update={"message": "ä" * 3900}) for v in grade.verdicts]
    grade = grade.model_copy(update={"verdicts": tuple(long)})
    many = grade.model_copy(update={"verdicts": tuple(long) * 3})
    names = tuple(verdict.criterion for verdict in long)
    made = feedback(many, Part(criteria=names))
    assert made is not None
    assert len(made[1].encode()) < MAX_PAGE_BYTES
    assert "more are not shown" in made[1]
    files = {FILE: GOOD[FILE], PAGE: made[1].encode()}
    assert problems(files) == []


def test_the_container_writes_the_part_it_was_asked_for(tmp_path: Path) -> None:
    """An unknown or missing partId is an error of ours, not a zero."""
    runs, out = copy_of_runs(tmp_path) / "perfect", tmp_path / "shared"
    send("coursera", out, runs, place="container", part="cUt03")
    assert sorted(path.name for path in out.iterdir()) == [FILE, PAGE]
    with pytest.raises(PlatformError, match=r"not in parts\.toml"):
        send("coursera", out, runs, place="container", part="other")
    with pytest.raises(PlatformError, match="no part"):
        send("coursera", out, runs, place="container")


def test_a_held_grade_writes_nothing_and_exits_1(tmp_path: Path) -> None:
    """Coursera takes that for a failure of the grader and keeps the learner's best grade."""
    receipt = send(
        "coursera", tmp_path / "shared", copy_of_runs(tmp_path) / "held",
        place="container", part="bAsE2",
    )  # fmt: skip
    assert receipt.exit_status == 1
    assert not (tmp_path / "shared" / FILE).exists()


@pytest.mark.parametrize(
    "text",
    ["", "parts = 1", "[parts.a]\ntitle = 'x'", "[parts.a]\ncriteria = []",
     "[parts.'../x']\ncriteria = ['a']", "[parts.a]\ncriteria = ['a']\npoints = 1", "[parts"],
)  # fmt: skip
def test_a_wrong_parts_file_is_named(text: str, tmp_path: Path) -> None:
    """Empty, no table, no criteria, a path as id, an unknown key, no TOML."""
    path = tmp_path / "parts.toml"
    path.write_text(text)
    with pytest.raises(PlatformError, match=r"parts\.toml"):
        read_parts(path)


def test_a_criterion_that_is_none_is_named(tmp_path: Path) -> None:
    """A typing error in the parts file would quietly give points away, or take them."""
    path = tmp_path / "parts.toml"
    path.write_text('[parts.a]\ncriteria = ["cut", "dropuot"]\n')
    with pytest.raises(PlatformError, match="dropuot"):
        send("coursera", tmp_path / "out", copy_of_runs(tmp_path), parts=str(path))
    ours = tomllib.loads(PARTS)["parts"].values()
    named = [one for part in ours for one in part["criteria"]]
    assert sorted(named) == sorted(one.id for one in load_assignment("horses-vs-humans").criteria)
