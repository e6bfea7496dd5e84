"""A grade on hold: one reason, one next step and for whom; a student sees no list of failures."""

from __future__ import annotations

from typing import Any

import pytest
from samples_more import crashed, held, mistakes
from samples_report import measured, run

from grader.records import ANOTHER_NOTEBOOK, UNREADABLE, Grade
from grader.report import write as report
from grader.report.page import page
from grader.report.templates import Format
from grader.report.words import NEXT_STEPS, held_words


def on_hold(**changes: Any) -> Grade:
    """With three criteria that did not pass."""
    return mistakes().model_copy(
        update={"held": True, "held_because": "checks.py broke", **changes}
    )


KINDS = {
    "a check": (held(), "Our check of “", "ours"),
    "our run": (on_hold(run=run(party="ours")), "our side while your notebook ran", "ours"),
    "nobody knows": (on_hold(run=run(party="undecided")), "whose doing it was", "person"),
    "no notebook": (
        on_hold(run=run(party="undecided", limit=UNREADABLE)),
        "could not read the file",
        "unreadable",
    ),
    "another": (
        on_hold(run=run(party="undecided", limit=ANOTHER_NOTEBOOK), held_because="It is another."),
        "It is another.",
        "another",
    ),
    "measuring": (on_hold(measured=measured(0, status="failed")), "Training and measuring", "ours"),
}


@pytest.mark.parametrize(("grade", "reason", "step"), KINDS.values(), ids=KINDS.keys())
def test_one_reason_and_one_next_step(grade: Grade, reason: str, step: str) -> None:
    """Each reader gets a step of their own; the grade's own words may name our files."""
    said, after = held_words(grade, "student")
    assert reason in said
    assert after == NEXT_STEPS[step][0]
    assert "checks.py" not in said
    assert held_words(grade, "instructor")[1] == NEXT_STEPS[step][1]


@pytest.mark.parametrize("format_", report.FORMATS)
@pytest.mark.parametrize("grade", [each for each, _, _ in KINDS.values()], ids=KINDS.keys())
def test_a_student_sees_no_list_of_failures(grade: Grade, format_: Format) -> None:
    """Neither the criteria, nor what to fix first, nor ideas worth another look."""
    text = report.render(grade, format_).casefold()
    for heading in ("criterion by criterion", "fix this first", "ideas worth another look"):
        assert heading not in text
    assert text.count("what happens next") == 1
    assert not any(v.title.casefold() in text for v in grade.verdicts if v.status == "failed")


@pytest.mark.parametrize("format_", report.FORMATS)
def test_a_file_that_is_no_notebook_has_a_step_of_its_own(format_: Format) -> None:
    """Why and what to hand in stand there once each, and no other step beside them."""
    grade = on_hold(
        run=run(party="undecided", limit=UNREADABLE, message="It is a PDF. Hand in the other."),
        submission=mistakes().submission.model_copy(
            update={"notes": ("It is a PDF.", "Hand in the other.")}
        ),
        held_because="It is a PDF. Hand in the other.",
    )
    text = " ".join(report.render(grade, format_).split())
    assert text.count("It is a PDF") == text.count("Hand in the other") == 1
    assert NEXT_STEPS["unreadable"][0] not in text
    reason, step = held_words(grade, "instructor")
    assert reason == "It is a PDF."
    assert "“Hand in the other.”" in step


def test_an_instructor_sees_what_could_be_seen() -> None:
    """To decide by it; nothing tells them to fix it."""
    shown = page(on_hold(run=run(party="undecided")), "instructor")
    assert shown.cards
    assert shown.first is None
    assert "checks.py broke" in shown.glance.sentence


def test_what_is_not_held_says_no_next_step() -> None:
    """A crash is the student's: its criteria stand there."""
    shown = page(crashed())
    assert not shown.glance.next_step
    assert shown.cards
