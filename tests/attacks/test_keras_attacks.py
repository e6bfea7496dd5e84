"""Attacks with Keras on the real assignment, through the whole pipeline, on every tier."""

from __future__ import annotations

from pathlib import Path

import pytest
from forking import REAL_TIERS, chosen
from keras_attacks import HONEST, grade_all, naive_is_content_with
from notebook_attacks import Graded, NotebookAttack, attacks

KERAS = attacks("keras")
pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module", params=REAL_TIERS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Everything in one batch."""
    return grade_all(tmp_path_factory.mktemp(request.param), chosen(request.param), KERAS)


@pytest.mark.parametrize("attack", KERAS, ids=lambda one: one.name)
def test_it_earns_nothing(attack: NotebookAttack, graded: Graded) -> None:
    """What it attacks is failed, nothing else gained, and the grade is not on hold."""
    grade, points = graded.grade(attack.name), graded.points(attack.name)
    attacked = attack.line("Attacks").split(", ")
    assert {name: points[name] for name in attacked} == dict.fromkeys(attacked, 0)
    assert all(gained <= graded.points(HONEST)[name] for name, gained in points.items())
    assert (grade.held, grade.run.party) == (False, "student"), grade.held_because


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
