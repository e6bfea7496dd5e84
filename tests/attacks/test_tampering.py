"""Attacks on the verdict, as notebooks through the whole pipeline, on the tiers in turn (`turns`).

All of them are graded in one batch beside honest notebooks: real sandbox, real kernel, intake to
report. A naive checker in the student's process falls for them (the control).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from forking import REAL_TIERS
from notebook_attacks import (
    HONEST,
    WITHOUT,
    Graded,
    NotebookAttack,
    attacks,
    fools_the_naive,
    graded_on,
)
from turns import tried

TAMPERING = attacks("tampering")
pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=tried(REAL_TIERS, 2))
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Everything in one batch."""
    return graded_on(request.param, tmp_path_factory.mktemp(request.param), TAMPERING)


@pytest.mark.parametrize("attack", TAMPERING, ids=lambda one: one.name)
def test_it_earns_nothing(attack: NotebookAttack, graded: Graded) -> None:
    """Not a point more than without the attack, and never a grade on hold."""
    grade = graded.grade(attack.name)
    usual = graded.points(WITHOUT)
    assert all(gained <= usual[name] for name, gained in graded.points(attack.name).items())
    assert grade.run.status in attack.runs(), (grade.run.status, grade.run.message)
    assert (grade.held, grade.run.party) == (False, "student"), grade.held_because


@pytest.mark.parametrize("name", HONEST)
def test_honest_neighbours_have_their_right_grade(name: str, graded: Graded) -> None:
    """Before, between and after the attacks."""
    grade = graded.grade(name)
    assert (grade.points, grade.held, grade.run.status) == (10, False, "finished")


def test_nothing_is_lost(graded: Graded) -> None:
    """Every submission has a grade with reports, and the one without an attack its four points."""
    assert len(graded.outcomes) == len(TAMPERING) + 4
    assert all(outcome.grade for outcome in graded.outcomes.values())
    assert graded.grade(WITHOUT).points == 4


@pytest.mark.parametrize("attack", TAMPERING, ids=lambda one: one.name)
def test_control_bites(attack: NotebookAttack, tmp_path: Path) -> None:
    """A checker in the student's process gives points for it; for a mere blank it gives none."""
    control = attack.line("Control")
    if control.startswith("none, because "):
        pytest.skip(control)
    assert control == "fools"
    assert fools_the_naive(attack, tmp_path)


def test_the_naive_checker_is_not_fooled_by_a_blank(tmp_path: Path) -> None:
    """Else the control would show nothing."""
    blank = NotebookAttack(tmp_path / "blank.py", "", ())
    assert not fools_the_naive(blank, tmp_path)


def test_every_file_says_what_is_safe() -> None:
    """And there are many of them."""
    assert len(TAMPERING) >= 50
    for attack in TAMPERING:
        assert attack.line("Safe") == "earns nothing", attack.path
        assert attack.line("Control"), attack.path
