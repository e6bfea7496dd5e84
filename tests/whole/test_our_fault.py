"""A bug in what asks is never a nought: from the command to the sentence and the exit status."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_calls import call
from notebook_attacks import solution, tiny, write

from grader.assignment import Assignment, load_assignment
from grader.records import Grade, current, load

pytestmark = pytest.mark.sandbox
ROOT = Path(__file__).parents[2]
SLUG = "horses-vs-humans"


def misspell(assignment: Assignment) -> None:
    """`ask.py` asks for a key that the hidden inputs do not have."""
    with (assignment.folder / "ask.py").open("a") as file:
        file.write("\n\ndef ask(notebook, asked, out):\n    return asked['no such key']\n")


def graded(notebook: Path, assignment: Path, out: Path) -> tuple[int, str, Grade]:
    words = ("--assignment", assignment, "--scale", "small", "--out", out)
    status, text = call("grade", notebook, *words)
    attempt = current(out / assignment.name / notebook.stem)
    assert attempt is not None, text
    grade = load(attempt / "grade.json", Grade)
    assert grade is not None, text
    return status, text, grade


def test_a_key_that_is_misspelt_in_ask_holds_the_grade(tmp_path: Path) -> None:
    """Then it is mended, and the same command gives the points."""
    assignment = tiny(tmp_path)
    ada = write(tmp_path / "ada.ipynb", solution(solved=False))
    healthy = (assignment.folder / "ask.py").read_text()
    misspell(assignment)
    status, text, held = graded(ada, assignment.folder, tmp_path / "runs")
    assert (status, held.held, held.run.party) == (1, True, "ours"), text
    assert "asking the assignment's own solution ended early too (KeyError)" in held.held_because
    assert "Mend `ask.py`" in held.held_because
    (assignment.folder / "ask.py").write_text(healthy)
    status, text, mended = graded(ada, assignment.folder, tmp_path / "runs")
    assert (status, mended.held, mended.points) == (0, False, 4), text


@pytest.mark.tensorflow
def test_the_same_with_the_first_assignment(tmp_path: Path) -> None:
    """A copy of its folder, with the solutions beside it."""
    for room in ("assignments", "reference"):
        ignored = shutil.ignore_patterns("__pycache__", "cases")
        shutil.copytree(ROOT / room / SLUG, tmp_path / room / SLUG, ignore=ignored)
    assignment = load_assignment(tmp_path / "assignments" / SLUG)
    misspell(assignment)
    wrong = ROOT / "reference" / SLUG / "cases" / "cut-mixed5.ipynb"
    status, text, held = graded(wrong, assignment.folder, tmp_path / "runs")
    assert (status, held.held, held.run.party) == (1, True, "ours"), text
    assert "(KeyError)" in held.held_because
