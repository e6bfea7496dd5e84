"""Gradescope's `results.json`, from the autograder specification."""

from __future__ import annotations

import re
from typing import Any

from validators.fragment import Tags
from validators.shape import Files, Look

FORMATS = ("text", "html", "simple_format", "md", "ansi")
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
TOP = ("score", "execution_time", "output", "output_format", "test_output_format",
       "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests",
       "leaderboard")  # fmt: skip
TEST = ("score", "max_score", "status", "name", "name_format", "number", "output",
        "output_format", "tags", "visibility", "extra_data")  # fmt: skip
FORMAT_KEYS = ("output_format", "test_output_format", "test_name_format", "name_format")


def problems(files: Files) -> list[str]:
    """What Gradescope would refuse or misread; [] when nothing."""
    look = Look()
    value = look.table(look.json(files, "results.json"), "results.json", (), TOP)
    if look.problems:
        return look.problems
    form = value.get("test_output_format", "text")
    tests = look.rows(value.get("tests", []), "tests", lambda test, at: _test(look, test, at, form))
    scored = bool(tests) and all(isinstance(t, dict) and "score" in t for t in tests)
    if "score" not in value and not scored:
        look.say("score", "is required unless every test has one")
    top = "results.json"
    look.each(value, top, ("score", "execution_time"), lambda v, at: look.number(v, at, 0))
    look.each(
        value,
        top,
        ("visibility", "stdout_visibility"),
        lambda v, at: look.one_of(v, at, VISIBILITIES),
    )
    look.each(value, top, ("extra_data",), look.plain_table)
    _texts(look, value, top, value.get("output_format", "simple_format"))
    look.rows(value.get("leaderboard", []), "leaderboard", lambda row, at: _row(look, row, at))
    numbers = [str(t["number"]) for t in tests if isinstance(t, dict) and "number" in t]
    if len(set(numbers)) != len(numbers):
        look.say("tests", "two have the same number")
    return look.problems


def _texts(look: Look, value: dict[str, Any], where: str, form: Any) -> None:
    for key in FORMAT_KEYS:
        if key in value:
            look.one_of(value[key], f"{where}.{key}", FORMATS)
    if "output" in value:
        text = look.text(value["output"], f"{where}.output")
        if form == "html":
            Tags(look, where).run(text)


def _test(look: Look, value: Any, where: str, form: Any) -> None:
    test = look.table(value, where, ("name",), TEST)
    if not test:
        return
    look.text(test.get("name"), f"{where}.name", filled=True, most=500)
    if "score" not in test and "status" not in test:
        look.say(where, "has neither score nor status")
    look.each(test, where, ("score", "max_score"), lambda v, at: look.number(v, at, 0))
    look.each(test, where, ("status",), lambda v, at: look.one_of(v, at, ("passed", "failed")))
    look.each(test, where, ("visibility",), lambda v, at: look.one_of(v, at, VISIBILITIES))
    if not re.fullmatch(r"\d+(\.\d+)*", str(test.get("number", "1"))):
        look.say(f"{where}.number", "is not like 1.1")
    look.each(test, where, ("extra_data",), look.plain_table)
    _texts(look, test, where, test.get("output_format", form))
    look.rows(test.get("tags", []), f"{where}.tags", lambda tag, at: _tag(look, tag, at))


def _tag(look: Look, tag: Any, where: str) -> None:
    look.text(tag, where, filled=True)


def _row(look: Look, value: Any, where: str) -> None:
    row = look.table(value, where, ("name", "value"), ("order",))
    look.text(row.get("name"), f"{where}.name", filled=True)
    if not isinstance(row.get("value"), str):
        look.number(row.get("value"), f"{where}.value")
    if "order" in row:
        look.one_of(row["order"], f"{where}.order", ("asc", "desc"))
