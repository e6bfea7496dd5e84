"""Attacks with Keras on the real assignment, through the whole pipeline.

They go for Keras in their own process and meet no wall, so on tiers with other walls than the usual
one's those are tried that leave something behind: on one of them, in turn, or on all (`turns`).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from forking import REAL_TIERS, chosen
from keras_attacks import HONEST, grade_all, naive_is_content_with
from notebook_attacks import LEAVING_KERAS as LEAVING, Graded, NotebookAttack, attacks
from turns import tried

KERAS = attacks("keras")
pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(1800)]


USUAL = "warm"
TIERS = (USUAL, *tried((tier for tier in REAL_TIERS if tier != USUAL), 2))
TRIED = [
    pytest.param(tier, attack, id=f"{tier}-{attack.name}")
    for tier in TIERS
    for attack in KERAS
    if tier == USUAL or attack.name in LEAVING
]


@pytest.fixture(scope="module")
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Everything in one batch."""
    tier = request.param
    tried = KERAS if tier == USUAL else [attack for attack in KERAS if attack.name in LEAVING]
    return grade_all(tmp_path_factory.mktemp(tier), chosen(tier), tried)


@pytest.mark.parametrize(("graded", "attack"), TRIED, indirect=["graded"])
def test_it_earns_nothing(attack: NotebookAttack, graded: Graded) -> None:
    """What it attacks is failed, nothing else gained, and the grade is not on hold."""
    grade, points = graded.grade(attack.name), graded.points(attack.name)
    attacked = attack.line("Attacks").split(", ")
    assert {name: points[name] for name in attacked} == dict.fromkeys(attacked, 0)
    assert all(gained <= graded.points(HONEST)[name] for name, gained in points.items())
    assert (grade.held, grade.run.party) == (False, "student"), grade.held_because


@pytest.mark.parametrize("graded", TIERS, indirect=True)
def test_an_honest_neighbour_has_all_points(graded: Graded) -> None:
    """Whatever was patched, poisoned or forged beside it."""
    assert graded.grade(HONEST).points == 100


def test_controls_bite(tmp_path: Path) -> None:
    """A checker in the student's process is content with what it is told, but not with nothing."""
    foolable = [attack.name for attack in KERAS if attack.line("Control") == "fools"]
    assert naive_is_content_with(KERAS, tmp_path) == foolable


def test_every_file_says_what_is_safe() -> None:
    """What it attacks, and why it has no control where it has none."""
    for attack in KERAS:
        assert attack.line("Safe") == "earns nothing", attack.path
        assert attack.line("Attacks"), attack.path
        assert attack.line("Control") == "fools" or attack.line("Control").startswith(
            "none, because"
        )
