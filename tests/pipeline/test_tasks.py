"""A batch of several assignments: each notebook by its own, what is none of them is held."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from cli_calls import call
from replaying import replaying
from tiny_assignment import SLUG, SOLUTION, TITLE, made, put

from grader import sandbox
from grader.assignment import data, load_assignment
from grader.intake import Source, sort_out
from grader.pipeline import planned_tasks, tasks
from grader.records import (
    ANOTHER_NOTEBOOK,
    AssetError,
    Grade,
    assignment_of,
    attempts,
    current,
    load,
    load_evidence,
)
from grader.run import notebook as run_module

pytestmark = pytest.mark.slow

HORSES = "horses-vs-humans"
REFERENCE = Path(__file__).parents[2] / "reference" / HORSES
FOREIGN = ("import unittests", "model = build()", "model.fit()")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder with an assignment of its own beside the repository's, and a class."""
    setting = replaying(tmp_path)
    made(tmp_path / "work" / "assignments")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(sandbox, "choose", lambda tier: setting.sandbox)
    monkeypatch.setattr(data, "find_data", lambda *_: setting.assets)
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    handed_in = tmp_path / "work" / "class"
    put(handed_in / "cy.ipynb", *SOLUTION)
    put(handed_in / "dan.ipynb", *SOLUTION, "shares(3)")
    put(handed_in / "eve.ipynb", *FOREIGN)
    (handed_in / "ada.ipynb").write_bytes((REFERENCE / "solution.ipynb").read_bytes())
    return tmp_path / "work"


def grades() -> dict[str, Grade]:
    """Submission → its grade, of all assignments below `runs`."""
    found = [load(attempt / "grade.json", Grade) for attempt in attempts(Path("runs"))]
    return {grade.submission.id: grade for grade in found if grade}


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(path).read_text().splitlines()))


def test_each_goes_to_its_own_and_one_page_shows_them_all(work: Path) -> None:
    """The folders of the assignments are as they are when only one is graded."""
    status, text = call("grade", "class")
    assert status == 1
    assert {name: grade.assignment for name, grade in grades().items()} == {
        "ada": HORSES, "cy": SLUG, "dan": SLUG, "eve": tasks.UNRECOGNISED,
    }  # fmt: skip
    assert "Grading 1 submission of Transfer learning" in text
    assert f"Grading 2 submissions of {TITLE}" in text
    assert [row["submission"] for row in rows(f"runs/{SLUG}/grades.csv")] == ["cy", "dan"]
    assert "present" in rows(f"runs/{SLUG}/grades.csv")[0]
    every = rows("runs/grades.csv")
    assert [(row["submission"], row["assignment"]) for row in every] == [
        ("ada", HORSES), ("cy", SLUG), ("dan", SLUG), ("eve", tasks.UNRECOGNISED),
    ]  # fmt: skip
    assert (every[3]["held"], every[3]["points"]) == ("yes", "")
    page = Path("runs/batch.html").read_text()
    assert f'href="./{SLUG}/batch.html"' in page and "none of the assignments here" in page
    assert (Path("runs") / HORSES / "batch.html").is_file()


def test_a_single_assignment_has_no_page_above_it(work: Path) -> None:
    """As it was: everything is in the folder of the assignment."""
    call("grade", "class/cy.ipynb", "class/dan.ipynb")
    assert sorted(path.name for path in Path("runs").iterdir()) == [SLUG]


@pytest.mark.parametrize("words", [(), ("-a", HORSES)], ids=["none of them", "another than named"])
def test_what_is_held_is_never_run_and_has_one_sentence(
    words: tuple[str, ...], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one criterion is told as failed, in no report."""

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("it was run")

    monkeypatch.setattr(run_module, "run_once", never)
    status, _ = call("grade", "class/eve.ipynb", *words)
    assert status == 1
    (attempt,) = attempts(Path("runs"))
    grade = grades()["eve"]
    assert (grade.held, grade.points, grade.verdicts) == (True, 0, ())
    assert grade.run.limit == ANOTHER_NOTEBOOK
    assert grade.held_because.count(".") == 1
    for name in ("html", "md", "txt"):
        text = (attempt / f"report.{name}").read_text()
        assert "so it was not run" in text
        assert "criterion by criterion" not in text.lower()
    assert (attempt / "submission.ipynb").read_bytes() == Path("class/eve.ipynb").read_bytes()
    assert not (attempt / "executed.ipynb").exists()


def test_what_is_named_is_named_and_may_be_graded_anyway(work: Path) -> None:
    """Handed in for the horses, of the cubes: the sentence has both titles. A person may say that
    it is to be graded all the same."""
    call("grade", "class/cy.ipynb", "-a", HORSES)
    assert TITLE in grades()["cy"].held_because
    assert grades()["cy"].max_points == 100
    call("grade", "class/cy.ipynb", "-a", HORSES, "--anyway")
    assert len(grades()["cy"].verdicts) > 10


def test_what_was_recognised_later_is_no_longer_held(work: Path) -> None:
    """The second file of a student takes the place of the first."""
    call("grade", "class/eve.ipynb")
    put(Path("class/eve.ipynb"), *SOLUTION)
    call("grade", "class/eve.ipynb")
    assert {name: grade.assignment for name, grade in grades().items()} == {"eve": SLUG}


def test_lacking_data_stop_only_what_needs_them(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before anything runs, with the command; where nothing is left that is the end."""
    have = data.find_data

    def some(*words: Any) -> Any:
        calls.append(words)
        if len(calls) > 1:
            raise AssetError("No assets are here.", what_to_do="Run `grader assets make`.")
        return have(*words)

    calls: list[Any] = []
    monkeypatch.setattr(data, "find_data", some)
    status, text = call("grade", "class")
    assert status == 1
    assert "2 of cubes-and-cones are not graded" in text and "grader assets make" in text
    assert set(grades()) == {"ada", "eve"}
    status, text = call("grade", "class/dan.ipynb")
    assert (status, "grader assets make" in text) == (2, True)


def test_an_unreadable_file_of_nobodys_is_held_by_name(work: Path) -> None:
    """It is neither forgotten nor counted to an assignment; what a link leads to is not kept."""
    Path("class/gus.ipynb").write_text("<html>")
    Path("secret").write_text("of the instructor")
    Path("class/hal.ipynb").symlink_to(Path("secret").resolve())
    call("grade", "class")
    assert {grades()[name].assignment for name in ("gus", "hal")} == {tasks.UNRECOGNISED}
    assert "web page" in grades()["gus"].held_because
    kept = [path.read_text(errors="replace") for path in Path("runs").rglob("*") if path.is_file()]
    assert kept and not any("of the instructor" in text for text in kept)


def test_judging_again_takes_each_runs_own_assignment(work: Path) -> None:
    """The rubric of one never touches the grades of another."""
    call("grade", "class")
    before = grades()
    status, text = call("judge", "runs")
    assert (status, "the points of 0 changed" in text) == (1, True)
    assert grades() == before
    status, text = call("judge", "runs", "-a", SLUG)
    assert status == 2 and f"grades of {HORSES}, which {SLUG} cannot" in text
    assert grades() == before
    status, _ = call("judge", f"runs/{SLUG}", "-a", SLUG)
    assert grades() == before


def test_a_changed_rubric_is_of_one_assignment(work: Path) -> None:
    """With the grades of several it says which folder to name."""
    call("grade", "class")
    rubric = Path("rubric.toml")
    own = Path("assignments") / SLUG / "assignment.toml"
    rubric.write_text(own.read_text().replace("points = 10", "points = 12"))
    status, text = call("judge", "runs", "--what-if", rubric)
    assert status == 2 and "grades of 2 assignments" in text
    status, text = call("judge", f"runs/{SLUG}", "--what-if", rubric)
    assert "0 gain, 0 lose, 2 keep" in text and "The total would be 12" in text


def test_show_and_send_know_several(work: Path) -> None:
    """One table; each assignment's own files; options only with a single one."""
    call("grade", "class")
    _, text = call("show", "runs")
    assert "assignment" in text and "cubes" in text
    status, text = call("send", "runs", "--to", "plain")
    assert status == 1
    sent = Path("runs") / SLUG / "sent" / "plain" / "grades.csv"
    assert [row["submission"] for row in rows(str(sent))] == ["cy", "dan"]
    assert (Path("runs") / HORSES / "sent" / "plain" / "grades.csv").is_file()
    status, text = call("send", "runs", "--to", "plain", "--option", "out=there")
    assert status == 2 and "Send each by itself" in text
    assert not Path("there").exists()


def test_a_decision_about_one_of_them_stays_its_own(work: Path) -> None:
    """By the run folder, as ever."""
    call("grade", "class")
    status, _ = call("override", f"runs/{SLUG}/cy", "present", 1, "--why", "copied")
    assert status == 0
    call("judge", "runs")
    assert {row["submission"]: row["points"] for row in rows("runs/grades.csv")}["dan"] == "10"


def test_the_front_of_the_evidence_says_whose_it_is(work: Path) -> None:
    """Also of a file in another layout; "" where there is none."""
    call("grade", "class/cy.ipynb")
    (attempt,) = attempts(Path("runs"))
    assert assignment_of(attempt) == SLUG
    evidence = load_evidence(attempt)
    assert evidence is not None
    (attempt / "evidence.json").write_text(
        json.dumps(dict(reversed(list(evidence.model_dump(mode="json").items()))))
    )
    assert assignment_of(attempt) == SLUG
    assert assignment_of(work) == ""


def test_a_task_is_made_for_what_can_be_graded_or_has_to_be_held(tmp_path: Path) -> None:
    """Not for notebooks of an assignment without a setting."""
    setting = replaying(tmp_path)
    tiny = load_assignment(made(tmp_path / "assignments"))
    own = dataclasses.replace(setting, assignment=tiny)
    paths = [put(tmp_path / "cy.ipynb", *SOLUTION), put(tmp_path / "eve.ipynb", *FOREIGN)]
    sources = [Source(id=path.stem, path=path, shown=path.name) for path in paths]
    sorted_out = sort_out(sources, [setting.assignment, tiny])
    planned = planned_tasks(sorted_out, {SLUG: own}, tmp_path / "runs")
    assert [(task.source.id, task.setting) for task in planned] == [("cy", own), ("eve", None)]
    assert [task.source.id for task in planned_tasks(sorted_out, {}, tmp_path)] == ["eve"]
    assert planned[1].grade(print).held
    assert current(tmp_path / "runs" / tasks.UNRECOGNISED / "eve") is not None
