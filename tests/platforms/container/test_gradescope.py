"""Gradescope: what the file says, and twenty and more that the validator refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from platform_breaking import in_file, put, raw
from platform_cases import GOLDEN, copy_of_runs, one, send
from validators.gradescope import problems

from grader.platforms.container.gradescope import results
from grader.records.errors import PlatformError

FILE = "results.json"
GOOD: Mapping[str, bytes] = {FILE: (GOLDEN / "gradescope/many-mistakes" / FILE).read_bytes()}
BROKEN = {
    "score is text": put("score", value="65"),
    "score is true": put("score", value=True),
    "score is negative": put("score", value=-1),
    "score is NaN": put("score", value=float("nan")),
    "score is infinite": put("score", value=float("inf")),
    "no score, and one test without": lambda v: put("tests", 0, "score")(put("score")(v)),
    "no score and no tests": lambda v: put("tests", value=[])(put("score")(v)),
    "time is text": put("execution_time", value="long"),
    "unknown key": put("grade", value=1),
    "unknown format": put("output_format", value="markdown"),
    "unknown test format": put("test_output_format", value="rst"),
    "unknown visibility": put("visibility", value="public"),
    "unknown visibility of stdout": put("stdout_visibility", value="yes"),
    "output is a list": put("output", value=["a"]),
    "output moves the cursor": put("output", value="\x1b[2J"),
    "output acts": lambda v: put("output_format", value="html")(
        put("output", value="<img src=x onerror=alert(1)>")(v)
    ),
    "extra_data is text": put("extra_data", value="x"),
    "tests is an object": put("tests", value={}),
    "a test is text": put("tests", 0, value="x"),
    "a test without a name": put("tests", 0, "name", value=""),
    "a test's score is text": put("tests", 0, "score", value="1"),
    "a test's maximum is negative": put("tests", 0, "max_score", value=-5),
    "a test's status is partial": put("tests", 0, "status", value="partial"),
    "a test's visibility is unknown": put("tests", 0, "visibility", value="students"),
    "a test's number is a word": put("tests", 0, "number", value="first"),
    "two tests with one number": put("tests", 0, "number", value="2"),
    "a test's tags are text": put("tests", 0, "tags", value="a"),
    "a test has an unknown key": put("tests", 0, "points", value=1),
    "the leaderboard has no value": put("leaderboard", value=[{"name": "x"}]),
    "the leaderboard's order is unknown": put(
        "leaderboard", value=[{"name": "x", "value": 1, "order": "up"}]
    ),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Any) -> None:
    """One broken value in a good file."""
    assert problems(GOOD) == []
    assert problems(in_file(GOOD, FILE, change)) != []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff{}", b'{"score":1,"score":2}', b"null"])
def test_the_validator_refuses_what_is_no_json_object(data: bytes) -> None:
    """Empty, cut off, a list, no UTF-8, a key twice, null."""
    assert problems(raw(GOOD, FILE, data)) != []
    assert problems({}) != []


def test_the_total_is_the_grades_own() -> None:
    """`score` overrides the sum: lateness is in it though no test has it."""
    value = results(one("late"), {})
    assert value["score"] == 88.2
    assert sum(test["score"] for test in value["tests"]) == 98


def test_a_criterion_for_instructors_is_left_out_or_hidden() -> None:
    """Left out by default, because one hidden test hides the total from students."""
    assert "SECRET-TITLE" not in json.dumps(results(one("opaque"), {}))
    hidden = results(one("opaque"), {"instructor_criteria": "hidden"})
    secret = [test for test in hidden["tests"] if test["visibility"] == "hidden"]
    assert [test["name"] for test in secret] == ["SECRET-TITLE"]


def test_html_instead_of_markdown() -> None:
    """Both formats are safe, by the validator."""
    value = results(one("hostile"), {"format": "html"})
    assert value["test_output_format"] == "html"
    assert problems({FILE: json.dumps(value).encode()}) == []
    assert "<script" not in json.dumps(value["tests"][11]["output"])


def test_the_leaderboard_is_off_unless_asked_for() -> None:
    """Comparing students is a decision of the instructor."""
    assert "leaderboard" not in results(one("perfect"), {})
    value = results(one("perfect"), {"leaderboard": "on"})
    assert [row["name"] for row in value["leaderboard"]] == ["Points", "Accuracy on hidden images"]
    assert problems({FILE: json.dumps(value).encode()}) == []


def test_a_partial_grade_lists_what_was_decided() -> None:
    """A criterion that was not reached is not listed; the text says that it is not the end."""
    grade = one("held").model_copy(update={"held": False, "points": 88.0})
    value = results(grade, {"unfinished": "measure"})
    assert value["extra_data"]["complete"] is False
    assert "cut short" in value["output"]
    assert "Every layer of the base is frozen" not in json.dumps(value["tests"])
    assert problems({FILE: json.dumps(value).encode()}) == []


@pytest.mark.parametrize("option", ["format", "visibility", "leaderboard", "instructor_criteria"])
def test_a_wrong_option_value_is_named(option: str) -> None:
    """With what is allowed."""
    with pytest.raises(PlatformError, match=option):
        results(one("perfect"), {option: "sideways"})


def test_in_the_container_one_grade_goes_straight_to_the_place(tmp_path: Path) -> None:
    """`place=container` takes just one grade."""
    runs = copy_of_runs(tmp_path)
    receipt = send("gradescope", tmp_path / "results", runs / "perfect", place="container")
    assert receipt.exit_status == 0
    assert (tmp_path / "results" / FILE).is_file()
    with pytest.raises(PlatformError, match="one grade, not 8"):
        send("gradescope", tmp_path / "results", runs, place="container")


def test_a_held_grade_in_the_container_leaves_no_results(tmp_path: Path) -> None:
    """Also none of an earlier partial grade; the reason goes to the instructors' output."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / FILE).write_text("{}")
    runs = copy_of_runs(tmp_path)
    receipt = send("gradescope", tmp_path / "results", runs / "held", place="container")
    assert receipt.exit_status == 1
    assert "KeyError" in receipt.shown
    assert list((tmp_path / "results").iterdir()) == []
