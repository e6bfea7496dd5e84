"""The self-check at a student's desk: what it says, what it cannot know, when it looks again."""

from __future__ import annotations

import json
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_calls import call
from evidence_samples import assignment, evidence, final, plain, with_graph
from samples import sample_evidence

from grader import selfcheck
from grader.errors import AssetError, GraderError, IntakeError, NoSandbox
from grader.judge import judge
from grader.records import Evidence
from grader.sandbox import choose
from grader.selfcheck_display import Notice, Shown
from grader.selfcheck_judge import SelfCheck, judge_here

HEAD = ("create_final_model",)
HOSTILE = "<script>alert(1)</script> \x1b[2J [bold]x[/]"


def unmeasured(one: Evidence) -> Evidence:
    return one.model_copy(update={"measured": None})


def checked(one: Evidence | None = None, **changes: Any) -> SelfCheck:
    """A self-check of this evidence (else of a right notebook's), without hidden images."""
    return judge_here(assignment(), unmeasured(one or evidence(**changes)))


@pytest.mark.parametrize("name", sorted(set(sample_evidence()) - {"held"}))
def test_verdicts_are_the_instructors(name: str) -> None:
    """Same words, same points; what hidden images decide is named and not counted."""
    one = sample_evidence()[name]
    theirs = {verdict.criterion: verdict for verdict in judge(assignment(), one).verdicts}
    own = checked(one)
    assert own.unknown == ("accuracy",)
    assert all(verdict == theirs[verdict.criterion] for verdict in own.known)
    assert own.grade.max_points == 92
    assert "decided on hidden images" in own.said[0]
    assert not own.grade.held


def test_all_right_is_passed_although_something_is_unknown() -> None:
    """Exit status 0 must be in reach without hidden images."""
    own = checked()
    assert own.passed
    assert own.grade.points == own.grade.max_points == 92
    assert not checked(with_graph("final", final([plain("Flatten")]))).passed


def test_one_function_brings_its_own_criteria_and_what_they_need() -> None:
    """In the rubric's order, nothing about the other functions."""
    own = judge_here(assignment(), unmeasured(evidence()), HEAD)
    shown = [verdict.criterion for verdict in own.grade.verdicts]
    assert "dropout" in shown
    assert "train-data" not in shown
    order = [one.id for one in assignment().criteria]
    assert shown == sorted(shown, key=order.index)


def test_a_display_says_first_what_to_mend_and_escapes_the_rest() -> None:
    """HTML and text; a student's own text does nothing in either."""
    own = checked(with_graph("final", final([plain("Flatten")])))
    verdicts = tuple(
        one.model_copy(update={"message": HOSTILE}) if one.status == "failed" else one
        for one in own.grade.verdicts
    )
    odd = own.model_copy(update={"grade": own.grade.model_copy(update={"verdicts": verdicts})})
    shown = Shown(odd, 1.234)
    page, text = shown._repr_html_(), repr(shown)
    for words in (page, text):
        assert "1.2 s" in words
        assert "the first thing to mend: " in words
        assert "\x1b" not in words
        assert "decided on hidden images" in words
    assert "<script" not in page
    assert "&lt;script" in page
    assert text.splitlines()[0].startswith(f"{own.grade.points:g} of 92 points")
    assert not shown.passed


def test_a_hold_is_said_and_gives_no_points() -> None:
    """A fault of ours is no number, at a student's desk neither."""
    own = checked()
    held = own.model_copy(
        update={"grade": own.grade.model_copy(update={"held": True, "held_because": "no memory"})}
    )
    assert repr(Shown(held, 1)).startswith("This could not be checked: no memory")
    assert not held.passed
    assert "&lt;b&gt;" in Notice("<b>")._repr_html_()


# ---------------------------------------------------------------- the desk


def test_without_a_sandbox_ones_own_notebook_runs_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is their own code; a tier that was asked for by name is not replaced in silence."""

    def nothing(tier: str = "auto") -> Any:
        if tier == "none":
            return choose("none")
        raise NoSandbox("none works")

    monkeypatch.setattr(selfcheck, "choose", nothing)
    assert selfcheck.tier().name == "none"
    with pytest.raises(NoSandbox):
        selfcheck.tier("bubblewrap")
    monkeypatch.delenv("GRADER_SANDBOX", raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert selfcheck.tier().name == "none"


def test_a_missing_notebook_and_missing_data_are_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student reads one line, not a stack."""
    with pytest.raises(IntakeError, match="no file"):
        selfcheck.desk(tmp_path / "x.ipynb", assignment())
    (tmp_path / "x.ipynb").write_text("{}")
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "empty"))
    with pytest.raises(AssetError) as caught:
        selfcheck.desk(tmp_path / "x.ipynb", assignment(), sandbox="none")
    assert "beside the notebook" in caught.value.what_to_do
    status, text = call("check", tmp_path / "x.ipynb", "--sandbox", "none")
    assert status == 2
    assert "no images and weights" in text


def cell(source: str, output: str = "") -> dict[str, Any]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs,
            "execution_count": None}  # fmt: skip


def save(path: Path, *cells: dict[str, Any]) -> None:
    value = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(value))


def test_watching_looks_again_after_a_save_that_changed_code(tmp_path: Path) -> None:
    """Not after one that changed outputs only; several in a row count once; half a file waits."""
    path = tmp_path / "my.ipynb"
    save(path, cell("a = 1"))
    steps: Iterator[Any] = iter(
        [
            lambda: save(path, cell("a = 1", "printed")),  # an output only
            lambda: None,
            lambda: save(path, cell("a = 2")),
            lambda: save(path, cell("a = 33")),  # while the first is still settling
            lambda: None,
        ]
    )

    def sleep(seconds: float) -> None:
        next(steps)()

    seen = selfcheck.saves(path, sleep)
    first = next(seen)
    second = next(seen)
    assert second != first
    assert second == selfcheck.code_of(path)
    assert list(steps) == []


def test_the_code_of_a_file_that_is_no_notebook(tmp_path: Path) -> None:
    """Half written, or just being replaced: something that will differ, or nothing."""
    path = tmp_path / "my.ipynb"
    assert selfcheck.code_of(path) == ""
    path.write_text('{"cells": [')
    assert len(selfcheck.code_of(path)) == 64


# ---------------------------------------------------------------- the command


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """`grader check` with all but the running; `answers` are what one check after another finds."""
    told: dict[str, Any] = {"answers": [checked()], "opened": [], "path": tmp_path / "my.ipynb"}
    save(told["path"], cell("a = 1"))

    class Desk:
        folder = tmp_path
        setting = type("Setting", (), {"sandbox": choose("none")})

    def check(at: Any, announce: Any) -> SelfCheck:
        one = told["answers"].pop(0)
        if isinstance(one, Exception):
            raise one
        return one  # type: ignore[no-any-return]

    monkeypatch.setattr(selfcheck, "desk", lambda *args, **more: Desk)
    monkeypatch.setattr(selfcheck, "check", check)
    monkeypatch.setattr(webbrowser, "open", told["opened"].append)
    return told


def test_all_right_is_exit_0_and_not_yet_is_exit_1(command: dict[str, Any]) -> None:
    """With a table, what to mend first, what cannot be known, and where the report is."""
    command["answers"] = [checked(), checked(with_graph("final", final([plain("Flatten")])))]
    status, text = call("check", command["path"])
    assert (status, command["opened"]) == (0, [])
    assert "92 of 92 points that can be known here" in text
    assert "is as it was asked for" in text
    assert "decided on hidden images" in " ".join(text.split())
    assert "runs as any program that you start yourself" in " ".join(text.split())
    status, text = call("check", command["path"], "--open")
    assert status == 1
    assert "Mend this first:" in text
    assert "We expected:" in text
    assert command["opened"][0].endswith("report.html")


def test_a_criterion_that_is_not_known_is_no_nought(command: dict[str, Any]) -> None:
    """Its line says of how many points, not 0 of them."""
    _, text = call("check", command["path"])
    line = next(line for line in text.splitlines() if line.startswith("│? │"))
    assert "Accuracy" in line
    assert "of 8" in line
    assert "0/8" not in text


def test_watching_goes_on_over_a_broken_save_and_ends_by_ctrl_c(
    command: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is that of the last check; the page is opened once."""

    def three(path: Path) -> Iterator[str]:
        yield from "123"
        raise KeyboardInterrupt

    monkeypatch.setattr(selfcheck, "saves", three)
    command["answers"] = [checked(), GraderError("half a file"), checked()]
    status, text = call("check", command["path"], "--watch", "--open")
    assert status == 0
    assert "half a file" in text
    assert text.count("Watching for the next save") == 3
    assert "Stopped watching." in text
    assert len(command["opened"]) == 1
