"""GitHub: the runner's result, step summary and annotations, and what the validator refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from platform_breaking import put, raw
from platform_cases import GOLDEN, copy_of_runs, one, send
from validators.github import decoded, problems

from grader.platforms.container.github import notices, result, summary

FOLDER = GOLDEN / "github/many-mistakes"
GOOD: Mapping[str, bytes] = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
BROKEN = {
    "version 2": put("version", value=2),
    "version true": put("version", value=True),
    "unknown status": put("status", value="passed"),
    "no status": put("status"),
    "max_score is a fraction": put("max_score", value=99.5),
    "max_score is negative": put("max_score", value=-1),
    "markdown is not base64": put("markdown", value="# hello"),
    "no tests": put("tests"),
    "empty tests": put("tests", value=[]),
    "a test's status": put("tests", 0, "status", value="failed"),
    "a test's score is text": put("tests", 0, "score", value="3"),
    "a test's score is NaN": put("tests", 0, "score", value=float("nan")),
    "a test without a name": put("tests", 0, "name", value=" "),
    "a test's message is a list": put("tests", 0, "message", value=[]),
    "a test's line is negative": put("tests", 0, "line_no", value=-1),
    "more points than there are": put("tests", 0, "score", value=1000),
    "fewer than none": put("tests", 0, "score", value=-1000),
    "an unknown key": put("score", value=1),
    "a test has an unknown key": put("tests", 0, "max_score", value=1),
}
RAW = {
    "two outputs": ("github_output.txt", b"result=e30=\nother=1\n"),
    "no line end": ("github_output.txt", b"result=e30="),
    "no base64": ("github_output.txt", b"result=!!!\n"),
    "empty output": ("github_output.txt", b"result=\n"),
    "summary too large": ("step_summary.md", b"x" * (1024 * 1024 + 1)),
    "empty summary": ("step_summary.md", b" \n"),
    "summary acts": ("step_summary.md", b"<img src=x onerror=alert(1)>"),
    "summary is no UTF-8": ("step_summary.md", b"\xff"),
    "a command of another kind": ("annotations.txt", b"::set-output name=a::b\n"),
    "a plain line": ("annotations.txt", b"hello\n"),
    "a bare percent": ("annotations.txt", b"::error title=a::100% wrong\n"),
    "a bare carriage return": ("annotations.txt", b"::error title=a::b\rc\n"),
    "an unescaped colon": ("annotations.txt", b"::error title=a:b,line=x:1::c\n"),
    "no last line end": ("annotations.txt", b"::error title=a::b"),
    "eleven errors": ("annotations.txt", b"::error title=a::b\n" * 11),
    "an unknown file": ("result.txt", b"x"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Any) -> None:
    """One broken value in a good result, in both places that hold it."""
    assert problems(GOOD) == []
    data = json.dumps(change(json.loads(GOOD["result.json"]))).encode()
    output = b"result=" + base64.b64encode(data) + b"\n"
    assert problems({**GOOD, "result.json": data, "github_output.txt": output}) != []


@pytest.mark.parametrize("broken", RAW.values(), ids=RAW.keys())
def test_the_validator_refuses_the_file(broken: tuple[str, bytes]) -> None:
    """Broken bytes in one of the files."""
    assert problems(raw(GOOD, *broken)) != []


def test_the_points_add_up_to_the_grade() -> None:
    """Lateness and hidden criteria are a line of their own: the reporter only adds."""
    for name in ("late", "opaque", "many-mistakes", "crashed", "perfect"):
        grade = one(name)
        tests = result(grade)["tests"]
        assert sum(test["score"] for test in tests) == pytest.approx(grade.points), name


def test_the_output_is_what_the_reporter_decodes() -> None:
    """Base64 of just the JSON in result.json."""
    assert decoded(GOOD) == json.loads(GOOD["result.json"])


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_becomes_a_command(text: str) -> None:
    """Whatever a student's code raises: one annotation is one line, and only ours."""
    grade = one("many-mistakes")
    verdicts = [v.model_copy(update={"message": text, "title": text}) for v in grade.verdicts]
    lines = notices(grade.model_copy(update={"verdicts": tuple(verdicts)}), text)
    assert problems({"annotations.txt": lines.encode(), "step_summary.md": b"x"}) == []


def test_ten_annotations_of_a_kind_the_first_to_fix_first() -> None:
    """GitHub drops the eleventh, so the important one must not be it. One for each cause."""
    grade = one("crashed")
    failed = [v for v in grade.verdicts if v.status == "failed"]
    apart = [
        verdict.model_copy(update={"criterion": f"c{index}", "cause": f"cause {index}"})
        for index, verdict in enumerate((*failed, *failed, failed[-1]))
    ]
    many = grade.model_copy(
        update={"verdicts": tuple(apart), "first_to_fix": apart[-1].criterion, "causes": ()}
    )
    assert notices(grade, "x.ipynb").count("::error") == 1
    errors = [line for line in notices(many, "x.ipynb").splitlines() if line.startswith("::error")]
    assert len(errors) == 10
    assert failed[-1].title in errors[0]


def test_a_hold_is_an_error_without_a_result(tmp_path: Path) -> None:
    """Exit status 1 ends the job before the reporter would report 0 points."""
    receipt = send(
        "github", tmp_path / "grading", copy_of_runs(tmp_path) / "held", place="container"
    )
    assert receipt.exit_status == 1
    assert receipt.shown.startswith("::error ")
    assert sorted(p.name for p in (tmp_path / "grading").iterdir()) == [
        "annotations.txt",
        "step_summary.md",
    ]


def test_a_summary_that_is_too_long_is_cut() -> None:
    """Above 1 MiB GitHub would drop all of it."""
    text = summary(one("perfect"), "ä" * 1024 * 1024)
    assert len(text.encode()) <= 1024 * 1024
    assert text.endswith("(cut)")
