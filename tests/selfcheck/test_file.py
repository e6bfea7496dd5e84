"""The self-check at a student's desk: what it says, what it cannot know, when it looks again."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import tiny_assignment
from cli_calls import call
from evidence_samples import assignment, evidence, final, plain, with_graph
from own_notebooks import cell, save
from samples import sample_evidence

from grader.assignment import Assignment, load_assignment
from grader.judge.grade import judge
from grader.records import Evidence
from grader.records.errors import AssetError, IntakeError, NoSandbox
from grader.report.write import render
from grader.sandbox import choose
from grader.selfcheck import file as selfcheck
from grader.selfcheck.display import Notice, Shown
from grader.selfcheck.judged import SelfCheck, judge_here

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
    assert "decided on hidden data" in own.said[0]
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
        assert "decided on hidden data" in words
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


def test_its_page_is_not_taken_for_a_grade() -> None:
    """By its title. What is not known is told with its points, as nothing to fix: a right notebook
    has nothing that waits."""
    page = " ".join(render(selfcheck.for_report(checked()), "txt").split())
    assert "your own check, not the grade" in page
    assert "92 of 92" in page.lower()
    assert "(8 points) is decided on hidden data" in page
    assert "FIX THIS FIRST" not in page and "Waiting" not in page
    assert "of 100" not in page


def test_what_the_page_for_students_quotes_is_what_they_see() -> None:
    """The table of messages, and what to do then."""
    project = Path(__file__).parents[2]
    table = (project / "docs" / "students.md").read_text().split("| you see |")[1].split("\n\n")[0]
    program = "".join(path.read_text() for path in (project / "grader").rglob("*.py"))
    quoted = re.findall(r"\*(?:`…` )?([^*|]+)\*", table)
    assert len(quoted) == 5 and not [words for words in quoted if words not in program]


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


def test_two_checks_of_one_notebook_take_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They share a folder: with `--watch` at work in another terminal a right notebook failed."""
    at_work: list[int] = []
    most: list[int] = []

    def check(*_: object) -> None:
        at_work.append(1)
        time.sleep(0.2)
        most.append(len(at_work))
        at_work.pop()

    monkeypatch.setattr(selfcheck, "take_in", lambda *_: (None, object()))
    monkeypatch.setattr(selfcheck, "_checked", check)
    setting = SimpleNamespace(assignment=None, folder=tmp_path)
    desk = selfcheck.Desk(notebook=tmp_path / "my.ipynb", setting=cast("Any", setting))
    both = [threading.Thread(target=selfcheck.check_file, args=(desk,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert most == [1, 1]
    assert [path.name for path in tmp_path.iterdir()] == [desk.folder.name]


def test_of_several_assignments_the_files_own_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is believed, of a notebook that holds next to nothing; else it must fit one."""
    monkeypatch.setattr(selfcheck, "find_for", lambda *_: None)
    tiny = load_assignment(tiny_assignment.made(tmp_path / "assignments"))
    path = tiny_assignment.put(tmp_path / "x.ipynb", *tiny_assignment.SOLUTION)
    blank = tiny_assignment.put(tmp_path / "blank.ipynb", "x = 1")
    known = [assignment(), tiny]

    def chosen(notebook: Path, named: Assignment | None) -> str:
        desk = selfcheck.desk(notebook, named, known, sandbox="none")
        return desk.setting.assignment.slug

    assert chosen(path, None) == tiny.slug
    assert chosen(blank, assignment()) == "horses-vs-humans"
    with pytest.raises(IntakeError, match="fits none"):
        chosen(blank, None)
    with pytest.raises(IntakeError, match="no assignment here") as caught:
        selfcheck.desk(blank, None, [], sandbox="none")
    assert "folder that you were given" in caught.value.what_to_do


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
    status, text = call(
        "check", tmp_path / "x.ipynb", "-a", "horses-vs-humans", "--sandbox", "none"
    )
    assert status == 2
    assert "no data to check with" in text


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
