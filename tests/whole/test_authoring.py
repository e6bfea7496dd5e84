"""docs/authoring.md keeps its word: its example is graded, its lists are complete."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path
from typing import get_args

import pytest
from evidence_samples import evidence, final, with_answer, with_graph

from grader.assignment.folder import Assignment, assignment_dirs, load_assignment
from grader.assignment.tables import Criterion
from grader.judge import checks
from grader.judge.grade import judge
from grader.records import Answer, Evidence, Optimizer, Verdict, VerdictStatus

PAGE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    found = re.search(
        rf"<!-- worked example: {language} -->\n```{language}\n(.*?)```", PAGE, re.DOTALL
    )
    assert found, language
    return found.group(1)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """Horses vs humans with the page's example added, and nothing else touched."""
    folder = tmp_path_factory.mktemp("assignments") / "horses-vs-humans"
    original = next(place for place in assignment_dirs() if (place / folder.name).is_dir())
    shutil.copytree(original / folder.name, folder)
    with (folder / "assignment.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + example("toml"))
    with (folder / "checks.py").open("a", encoding="utf-8") as file:
        file.write("\n" + example("python"))
    return load_assignment(folder)


def verdict(extended: Assignment, seen: Evidence) -> Verdict:
    return judge(extended, seen).verdicts[-1]


@pytest.mark.parametrize(
    ("rate", "status", "points"),
    [(1e-5, "passed", 3), (1e-3, "passed", 3), (0.5, "failed", 0), (None, "failed", 0)],
)
def test_the_worked_example_grades(
    extended: Assignment, rate: float | None, status: str, points: float
) -> None:
    """Copied from the page as it stands, it judges the learning rate."""
    model = final(optimizer=Optimizer(kind="rmsprop", learning_rate=rate))
    told = verdict(extended, with_graph("final", model))
    assert (told.criterion, told.status, told.points) == ("small-steps", status, points)


def test_the_worked_example_is_skipped_by_its_needs(extended: Assignment) -> None:
    """Without a final model it is not looked at."""
    told = verdict(extended, with_answer("create_final_model", Answer(status="missing")))
    assert told.status == "skipped" and told.blocked_by == ("functional-model",)


def test_adding_a_criterion_changes_no_other_verdict(extended: Assignment) -> None:
    """The rest of the grade stays what it was."""
    before = judge(load_assignment("horses-vs-humans"), evidence()).verdicts
    assert judge(extended, evidence()).verdicts[:-1] == before


def test_every_ready_made_check_is_listed() -> None:
    """A check that is not on the page does not exist for an author."""
    missing = [
        name for name in checks.__all__ if f"`{name}" not in PAGE and f"`{name}(" not in PAGE
    ]
    assert not missing


def test_the_reference_of_checks_is_what_their_docstrings_say() -> None:
    """Every check with every argument; `python docs/checks_page.py` makes the page anew."""
    docs = Path(__file__).parents[2] / "docs"
    made = runpy.run_path(str(docs / "checks_page.py"))
    text = made["page"]()
    assert text == (docs / "checks.md").read_text(encoding="utf-8")
    assert len(made["ready_made"]()) >= 23 and not re.findall(r"\|  \|$", text, re.MULTILINE)
    assert set(made["ready_made"]()) == set(checks.__all__) - NO_CHECKS


NO_CHECKS = {
    *("answer", "claim", "failed", "graph", "may_show", "ok_answer", "partial", "passed"),
    *("marked_arrays", "painted_images"),
}


def test_every_key_and_status_is_explained() -> None:
    """The tables of the page are those of the code."""
    keys = {field.alias or name for name, field in Criterion.model_fields.items()}
    assert not [key for key in keys if f"`{key}`" not in PAGE]
    assert not [status for status in get_args(VerdictStatus) if f"`{status}`" not in PAGE]
