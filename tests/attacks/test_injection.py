"""Attacks on whoever reads a report, as notebooks through the whole pipeline, on every tier.

Each sends a payload through one channel: messages, names, outputs, files. Every report, page, sheet
and platform file that comes of it is read as strictly as its program would act on it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from forking import REAL_TIERS
from notebook_attacks import (
    HONEST,
    WITHOUT,
    Graded,
    NotebookAttack,
    attacks,
    graded_on,
)
from reading_injection import ACTS, acts, assert_places_only_show, assert_reports_only_show

from grader.records.store import current

INJECTION = attacks("injection")
pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=REAL_TIERS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Everything in one batch."""
    return graded_on(request.param, tmp_path_factory.mktemp(request.param), INJECTION)


@pytest.mark.parametrize("attack", INJECTION, ids=lambda one: one.name)
def test_it_is_shown_as_text(attack: NotebookAttack, graded: Graded) -> None:
    """Nothing acts in a page, in Markdown, on a terminal or in a template; it earns nothing."""
    attempt = current(graded.runs / attack.name)
    assert attempt is not None
    assert_reports_only_show(attempt)
    grade = graded.grade(attack.name)
    assert grade.points <= graded.grade(WITHOUT).points
    assert (grade.held, grade.run.party) == (False, "student"), grade.held_because


def test_class_page_sheets_and_platforms_only_show(graded: Graded, tmp_path: Path) -> None:
    """All of them at once, as one class with honest submissions in it."""
    grades = [outcome.grade for outcome in graded.outcomes.values() if outcome.grade]
    assert len(grades) == len(INJECTION) + 4
    assert_places_only_show(grades, graded.runs, tmp_path)


@pytest.mark.parametrize("name", HONEST)
def test_honest_neighbours_have_their_right_grade(name: str, graded: Graded) -> None:
    """Before, between and after the attacks."""
    assert (graded.grade(name).points, graded.grade(name).held) == (10, False)


@pytest.mark.parametrize("attack", INJECTION, ids=lambda one: one.name)
def test_control_bites(attack: NotebookAttack) -> None:
    """Put into a page, a sheet … as it is, the payload acts there."""
    place = attack.line("Control").removeprefix("acts in ").removeprefix("acts ")
    assert acts(payload(attack), place)


def payload(attack: NotebookAttack) -> str:
    """The text that PAYLOAD stands for."""
    tree = ast.parse(attack.path.read_text("utf-8"))
    made = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAYLOAD"
    )
    text = eval(compile(ast.Expression(made), "payload", "eval"), {})  # noqa: S307 - our literal
    assert isinstance(text, str)
    return text


def test_every_file_says_what_is_safe() -> None:
    """Many of them, and each way of acting among them."""
    assert len(INJECTION) >= 40
    shown = [attack.line("Control") for attack in INJECTION]
    assert {line.removeprefix("acts in ") for line in shown} == set(ACTS)
    for attack in INJECTION:
        assert attack.line("Safe") == "shown as text", attack.path
