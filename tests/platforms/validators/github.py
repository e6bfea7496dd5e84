"""What GitHub's runner and Classroom's reporter read: result, step summary, workflow commands."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from typing import Any

from validators.shape import Files, Look

MAX_SUMMARY_BYTES = 1024 * 1024
MAX_OF_A_KIND = 10
TOLERANCE = 1e-6
STATUSES = ("pass", "fail", "error")
TEST = ("name", "status", "score", "message", "test_code", "filename", "line_no",
        "execution_time")  # fmt: skip
COMMAND = re.compile(r"::(error|warning|notice) ((?:(?:file|line|title)=[^,:]*,?)+)::(.+)")
BARE_PERCENT = re.compile(r"%(?!25|0D|0A|3A|2C)")
NAMES = {"result.json", "github_output.txt", "step_summary.md", "annotations.txt"}


def problems(files: Files) -> list[str]:
    """What GitHub would refuse or obey wrongly; [] when nothing."""
    look = Look()
    for name in files:
        if name not in NAMES:
            look.say(name, "is not read by anything")
    if "github_output.txt" in files:
        _output(look, files)
    elif "result.json" in files:
        look.say("result.json", "is there, but not in github_output.txt")
    _annotations(look, files.get("annotations.txt", b""))
    _summary(look, files)
    return look.problems


def _summary(look: Look, files: Files) -> None:
    data = files.get("step_summary.md")
    if data is None or not data.strip():
        look.say("step_summary.md", "is missing or empty")
    elif len(data) > MAX_SUMMARY_BYTES:
        look.say("step_summary.md", "is larger than 1 MiB: GitHub drops all of it")
    else:
        try:
            text = look.text(data.decode("utf-8"), "step_summary.md", most=MAX_SUMMARY_BYTES)
        except UnicodeDecodeError:
            look.say("step_summary.md", "is not UTF-8")
            return
        shown = re.sub(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)", "", text)  # code spans show what they hold
        if re.search(r"<\s*(script|iframe|img|style|svg|form)\b", shown, re.I):
            look.say("step_summary.md", "has HTML that acts")


def _output(look: Look, files: Files) -> None:
    """Just one line `result=<base64>`: a second would set another output."""
    match = re.fullmatch(rb"result=([A-Za-z0-9+/]+=*)\n", files["github_output.txt"])
    if not match:
        look.say("github_output.txt", "is not one line result=<base64>")
        return
    try:
        data = base64.b64decode(match[1], validate=True)
    except ValueError:
        look.say("github_output.txt", "is no base64")
        return
    if files.get("result.json", b"").strip() != data.strip():
        look.say("result.json", "is not what github_output.txt says")
    _result(look, look.json({"result": data}, "result"))


def _result(look: Look, value: Any) -> None:
    table = look.table(value, "result", ("version", "status", "max_score", "tests"), ("markdown",))
    if not table:
        return
    if table.get("version") != 1 or isinstance(table.get("version"), bool):
        look.say("version", "is not 1")
    look.one_of(table.get("status"), "status", STATUSES)
    most = look.number(table.get("max_score"), "max_score", 0)
    if not isinstance(table.get("max_score"), int):
        look.say("max_score", "is no whole number")
    tests = look.rows(table.get("tests"), "tests", lambda test, at: _test(look, test, at))
    if not tests:
        look.say("tests", "is empty: it would be reported as 0 points")
    total = sum(t["score"] for t in tests if isinstance(t, dict) and _is_number(t.get("score")))
    if not -TOLERANCE <= total <= most + TOLERANCE:
        look.say("tests", f"add up to {total} of {most}")
    if "markdown" in table:
        try:
            base64.b64decode(str(table["markdown"]), validate=True).decode("utf-8")
        except ValueError:
            look.say("markdown", "is no base64 of UTF-8")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _test(look: Look, value: Any, where: str) -> None:
    test = look.table(value, where, ("name", "status", "score"), TEST)
    look.text(test.get("name"), f"{where}.name", filled=True, most=500)
    look.one_of(test.get("status"), f"{where}.status", STATUSES)
    look.number(test.get("score"), f"{where}.score")
    if test.get("message") is not None:
        look.text(test["message"], f"{where}.message")
    for key in ("test_code", "filename", "execution_time"):
        look.text(test.get(key, ""), f"{where}.{key}")
    look.number(test.get("line_no", 0), f"{where}.line_no", 0)


def _annotations(look: Look, data: bytes) -> None:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        look.say("annotations.txt", "is not UTF-8")
        return
    if lines[-1]:
        look.say("annotations.txt", "does not end with a line end")
    kinds: Counter[str] = Counter()
    for number, text in enumerate(lines[:-1], 1):
        match = COMMAND.fullmatch(text)
        if not match or "\r" in text or BARE_PERCENT.search(text):
            look.say(f"annotations.txt, line {number}", "is no escaped error, warning or notice")
            continue
        kinds[match[1]] += 1
    for kind, count in kinds.items():
        if count > MAX_OF_A_KIND:
            look.say("annotations.txt", f"{count} of the kind {kind}; GitHub shows 10")


def decoded(files: Files) -> Any:
    """The result that the reporter would see, for tests and people."""
    line = files["github_output.txt"].decode().removeprefix("result=")
    return json.loads(base64.b64decode(line))
