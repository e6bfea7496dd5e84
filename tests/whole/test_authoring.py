"""The pages for authors keep their word: their steps work as typed, their lists are complete."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import get_args

import checks_page
import keys_page
import pytest
from evidence_samples import evidence, final, with_answer, with_graph
from tutorial import Step, carry_out, steps

from grader.assignment.folder import Assignment, assignment_dirs, load_assignment
from grader.evidence.collect import MAX_ANSWERS_BYTES, MAX_MODELS
from grader.evidence.weights import MAX_ARRAYS, MAX_WEIGHT_BYTES
from grader.judge import checks
from grader.judge.grade import judge
from grader.records import Answer, Evidence, Grade, Optimizer, Verdict, VerdictStatus, current, load

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "authoring.md").read_text(encoding="utf-8")
TUTORIAL = (DOCS / "first-assignment.md").read_text(encoding="utf-8")


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
    text = checks_page.page()
    assert text == (DOCS / "checks.md").read_text(encoding="utf-8")
    assert len(checks_page.ready_made()) >= 23 and not re.findall(r"\|  \|$", text, re.MULTILINE)
    assert set(checks_page.ready_made()) == set(checks.__all__) - NO_CHECKS


NO_CHECKS = {
    *("answer", "claim", "failed", "graph", "may_show", "ok_answer", "partial", "passed"),
    *("marked_arrays", "painted_images"),
}


def test_every_status_is_explained() -> None:
    """Of a verdict."""
    assert not [status for status in get_args(VerdictStatus) if f"`{status}`" not in PAGE]


def test_the_reference_of_keys_is_what_the_files_are_read_with() -> None:
    """Every key with type and default; `python docs/keys_page.py` makes the page anew."""
    text = keys_page.page()
    assert text == (DOCS / "keys.md").read_text(encoding="utf-8")
    assert "| `points` | number | – | 0 to 1000; 0 is shown" in text
    assert not re.findall(r"\|  \|$", text, re.MULTILINE)


def test_no_table_of_the_files_is_forgotten() -> None:
    """What is read from a table within a table has a place in the reference."""
    listed = [record for _, tables in keys_page.FILES.values() for record in tables.values()]
    for record in listed:
        for field in record.model_fields.values():
            assert set(keys_page.records_in(field.annotation)) <= set(listed)


def test_what_ask_py_may_import_and_the_limits_of_answers_are_those_of_the_code() -> None:
    """Numbers in the page that stand elsewhere in the code."""
    answers = runpy.run_path(str(DOCS.parent / "grader" / "inside" / "asking" / "answers.py"))
    inside = runpy.run_path(str(DOCS.parent / "grader" / "inside" / "asking" / "__init__.py"))
    part = PAGE.split("### What `ask.py` may import")[1].split("###")[0]
    assert set(re.findall(r"`(\w+)`", part)) - {"grader", "grader_inside"} == set(inside["__all__"])
    for limit in ("MAX_TEXT", "MAX_DEPTH", "MAX_ENTRIES", "MAX_PARTS"):
        assert re.search(rf"\| {answers[limit]:,}\b", PAGE), limit
    assert f"| {MAX_ANSWERS_BYTES // 2**20} MB |" in PAGE
    assert f"| {MAX_ARRAYS:,}, {MAX_WEIGHT_BYTES // 2**20} MB |" in PAGE
    assert f"| {MAX_MODELS} |" in PAGE


def without_running(step: Step) -> bool:
    """Whether it needs neither sandbox nor TensorFlow."""
    makes = step.text.startswith(("grader new", "grader assets", "python"))
    return step.kind != "console" or (makes and "--against" not in step.text)


@pytest.fixture
def typed(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who types: our programs first, a home of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "GRADER_HOME": str(tmp_path / "home"), "COLUMNS": "120"}


@pytest.mark.slow
def test_the_edits_of_the_first_assignment_fit(tmp_path: Path, typed: dict[str, str]) -> None:
    """Each at one place of what `grader new` writes; what comes out loads, with 100 points."""
    (course := tmp_path / "course").mkdir()
    assert {step.kind for step in steps(TUTORIAL)} == {"console", "diff", "python", "toml"}
    for step in filter(without_running, steps(TUTORIAL)):
        carry_out(step, course, typed)
    made = load_assignment(course / "assignments" / "waves")
    assert made.max_points == 100
    assert [criterion.id for criterion in made.criteria][5:9] == [
        *("pooling", "dropout", "output", "small"),
    ]
    expected = json.loads((made.reference / "expected.json").read_text())
    assert list(expected) == list(promised())
    assert "Dropout" not in (made.folder / "release-a.ipynb").read_text().replace(
        "behind it, Dropout", ""
    )


def promised() -> dict[str, float]:
    """Notebook → points, as the table of the page has them."""
    rows = re.findall(r"^\| ([a-z-]+) \| (\d+) \|$", TUTORIAL, re.MULTILINE)
    return {name: float(points) for name, points in rows}


@pytest.mark.sandbox
@pytest.mark.tensorflow
def test_a_fourth_assignment_word_for_word(tmp_path: Path, typed: dict[str, str]) -> None:
    """All edits and commands of the page, and then each number that it promises."""
    (course := tmp_path / "course").mkdir()
    told = {step.text: carry_out(step, course, typed) for step in steps(TUTORIAL)}
    runs = course / "class" / "waves"
    judged = told["grader judge class/waves\n"]
    first = told["grader grade reference/waves/*.ipynb reference/waves/cases -a waves\n"]
    assert len(promised()) == 6
    for name, points in promised().items():
        assert f"{name}: {points:g} of 100" in first, first
    assert "bob: 90 → 85" in judged and "Judged 2" in judged and "ada" not in judged, judged
    for name, points in (("ada", 100), ("bob", 85)):
        attempt = current(runs / name)
        assert attempt is not None
        grade = load(attempt / "grade.json", Grade)
        assert grade is not None and grade.points == points
        assert (attempt / "report.html").is_file()
    assert (runs / "batch.html").is_file() and (runs / "grades.csv").is_file()
    with zipfile.ZipFile(course / "students.zip") as bundle:
        names = {Path(name).name for name in bundle.namelist()}
    assert {"stripes.npz"} <= names and not names & {"hidden.npz", "solution.ipynb"}


def test_a_misspelt_assignment_and_a_broken_table_are_one_line(tmp_path: Path) -> None:
    """Of the program that writes notebooks, which authors type by hand."""
    programs = DOCS.parent / "reference"
    for name in ("make_cases.py", "notebooks.py"):
        shutil.copyfile(programs / name, tmp_path / name)
    (tmp_path / "waves").mkdir()
    (tmp_path / "waves" / "source_a.py").touch()
    (tmp_path / "waves" / "cases_first.toml").write_text("[[cases]\n")

    def told(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, tmp_path / "make_cases.py", *words],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode
        return done.stderr

    for words in (("wave",), ("wave", "--against", "runs")):
        assert "no wave in" in told(*words) and "there are: waves" in told(*words)
    assert "cases_first.toml: " in told("waves") and "Traceback" not in told("waves")
