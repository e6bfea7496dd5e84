"""Attacks with Keras on the real assignment, through the whole pipeline, on both tiers."""

from __future__ import annotations

from pathlib import Path

import pytest
from keras_attacks import HONEST, fools_the_naive, grade_all
from notebook_attacks import TIERS, Graded, NotebookAttack, attacks

from grader.errors import SandboxError
from grader.sandbox import choose

KERAS = attacks("keras")
pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(1800)]


@pytest.fixture(
    scope="module", params=[pytest.param(t, marks=pytest.mark.xdist_group(t)) for t in TIERS]
)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One batch with everything in it, on one tier."""
    try:
        sandbox = choose(request.param)
    except SandboxError as problem:
        pytest.skip(f"{request.param}: {problem}")
    return grade_all(tmp_path_factory.mktemp(request.param), sandbox, KERAS)


@pytest.mark.parametrize("attack", KERAS, ids=lambda one: one.name)
def test_it_earns_nothing(attack: NotebookAttack, graded: Graded) -> None:
    """What it attacks is failed, nothing else gained, and the grade is not on hold."""
    grade, points = graded.grade(attack.name), graded.points(attack.name)
    for criterion in attack.line("Attacks").split(", "):
        assert points[criterion] == 0, criterion
    assert all(gained <= graded.points(HONEST)[name] for name, gained in points.items())
    assert (grade.held, grade.run.party) == (False, "student"), grade.held_because


def test_an_honest_neighbour_has_all_points(graded: Graded) -> None:
    """Whatever was patched, poisoned or forged beside it."""
    assert graded.grade(HONEST).points == 100


@pytest.mark.parametrize("attack", KERAS, ids=lambda one: one.name)
def test_control_bites(attack: NotebookAttack, tmp_path: Path) -> None:
    """A checker in the student's process is content with what it is told."""
    if attack.line("Control").startswith("none, because "):
        pytest.skip(attack.line("Control"))
    assert attack.line("Control") == "fools"
    assert fools_the_naive(attack, tmp_path)


def test_the_naive_checker_is_not_content_with_little(tmp_path: Path) -> None:
    """Else the control would show nothing: no training, no accuracy."""
    nothing = NotebookAttack(tmp_path / "x.py", "Attacks: accuracy", ())
    assert not fools_the_naive(nothing, tmp_path)
