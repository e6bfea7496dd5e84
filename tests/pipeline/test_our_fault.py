"""What the assignment's own solution loses as well is ours: the grade is held, never a zero."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from evidence_folder import put
from notebook_attacks import BLANK, setting as tiny_setting, solution, write

from grader.intake import Source
from grader.pipeline import our_fault, stages
from grader.pipeline.our_fault import lost
from grader.pipeline.submission import grade
from grader.records import Evidence, Grade, Measured, Run, Training, load_evidence
from grader.run import Setting, Work, notebook as run_module

NO_KEY = "KeyError"
Breaks = Callable[[Work, dict[str, Any]], str]
"""What is wrong with our asking: may change the answers; returns the error that ended it."""


def healthy(work: Work, answers: dict[str, Any]) -> str:
    return ""


def raises_at_once(work: Work, answers: dict[str, Any]) -> str:
    """`asked["no such key"]` on the first line."""
    answers.clear()
    return NO_KEY


def forgets_the_second(work: Work, answers: dict[str, Any]) -> str:
    answers.pop("running_sums", None)
    return ""


def fails_for_what_is_unfinished(work: Work, answers: dict[str, Any]) -> str:
    """In a branch that no right notebook takes."""
    if answers["running_sums"]["value"] != [None] * 3:
        return ""
    return raises_at_once(work, answers)


class Runs:
    """Stands for both sandboxes: our own cells run here, and are asked as `breaks` has it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.breaks: Breaks = healthy
        self.ran: list[str] = []
        self.ends: dict[str, Run] = {}
        monkeypatch.setattr(run_module, "run_once", self.run_once)
        self.right: dict[str, int] = {}
        self.measured: list[str] = []
        monkeypatch.setattr(stages, "measure", self.measure)
        monkeypatch.setattr(our_fault, "_failures", {})

    def run_once(self, work: Work, *_: Any, **__: Any) -> Run:
        self.ran.append(work.submission.id)
        if work.submission.id in self.ends:
            return self.ends[work.submission.id]
        names: dict[str, Any] = {}
        for cell in work.notebook.code:
            exec(cell.source, names)  # noqa: S102 - cells of this file
        answers = {
            name: {"status": "ok", "value": [names[name](one) for one in inputs], "error": ""}
            for name, inputs in work.asked.items()
        }
        asking = names.get("ENDS_THE_ASKING") or self.breaks(work, answers)
        (work.folder / "out").mkdir(exist_ok=True)
        put(work.folder / "out", "answers.json", {} if "ENDS_THE_ASKING" in names else answers)
        return Run(status="finished", asking=asking, tier="bubblewrap")

    def measure(self, evidence: Evidence, **_: Any) -> Measured:
        """`right` says how many of a hundred a submission's model answers right."""
        name = evidence.submission.id
        self.measured.append(name)
        correct = self.right.get(name, 100)
        training = Training(seed=1, correct=correct, total=100)
        interval = (max(0.0, correct / 100 - 0.05), min(1.0, correct / 100 + 0.05))
        return Measured(status="ok", trainings=(training,), interval=interval)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    anything: Any = SimpleNamespace(name="bubblewrap", lacks=())
    return tiny_setting(tmp_path / "here", anything)


def release(setting: Setting) -> None:
    """The notebook that students start from: all is blank."""
    cells = [BLANK.replace("running_sums", "word_counts"), BLANK]
    write(setting.assignment.folder / "release-a.ipynb", cells)


def graded(setting: Setting, *more: str, solved: bool = False, name: str = "ada") -> Grade:
    """A notebook whose second function is a blank, with these cells behind it."""
    path = write(setting.out.parent / f"{name}.ipynb", [*solution(solved=solved), *more])
    return grade(Source(id=name, path=path, shown=path.name), setting, lambda stage: None)


def test_a_mistake_stays_a_mistake(runs: Runs, setting: Setting) -> None:
    """The solution does not make it. It is run once, for whoever comes."""
    for name in ("ada", "ben"):
        first = graded(setting, f"who = {name!r}", name=name)
        assert (first.held, first.points) == (False, 4)
    assert runs.ran == ["ada", "solution", "ben"]


def test_what_loses_nothing_is_compared_with_nothing(runs: Runs, setting: Setting) -> None:
    """A class without mistakes pays nothing."""
    assert graded(setting, "mine = 1", solved=True).points == 10
    assert runs.ran == ["ada"]


def test_the_log_says_with_which_error_asking_failed(
    runs: Runs, setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    """For whoever mends `ask.py`; the sentence of the hold names only the class."""

    def lacks_a_key(work: Work, answers: dict[str, Any]) -> str:
        answers.clear()
        return "KeyError: 'no such part'"

    runs.breaks = lacks_a_key
    grade = graded(setting, "mine = 1")
    assert "(KeyError)" in grade.held_because and "no such part" not in grade.held_because
    assert "It said: KeyError: 'no such part'" in caplog.text


@pytest.mark.parametrize("breaks", [raises_at_once, forgets_the_second])
@pytest.mark.parametrize("solved", [True, False])
def test_what_the_solution_loses_too_is_ours(
    runs: Runs, setting: Setting, breaks: Breaks, solved: bool
) -> None:
    """Held, and the sentence says what failed and what to do."""
    runs.breaks = breaks
    grade = graded(setting, "mine = 1", solved=solved)
    assert (grade.held, grade.run.party) == (True, "ours")
    assert "the assignment's own solution does not earn" in grade.held_because
    assert "“Running sums”" in grade.held_because
    assert "then run `grader grade` again" in grade.held_because
    assert (NO_KEY in grade.held_because) is (breaks is raises_at_once)


def test_it_is_tried_again_when_it_was_mended(runs: Runs, setting: Setting) -> None:
    """Nothing of the failure is kept but for the minutes of a batch."""
    runs.breaks = raises_at_once
    assert graded(setting).held
    assert graded(setting, "other = 1", name="ben").held
    assert runs.ran == ["ada", "solution", "ben"]
    runs.breaks = healthy
    our_fault._failures.clear()  # the minutes are over, or it is another process
    assert graded(setting).points == 4
    assert runs.ran[3:] == ["ada", "solution"]


def test_the_solution_itself_needs_no_second_run(runs: Runs, setting: Setting) -> None:
    """What it loses is ours, whoever hands it in."""
    runs.breaks = forgets_the_second
    assert graded(setting, solved=True).run.party == "ours"
    assert runs.ran == ["ada"]


def test_a_solution_that_cannot_be_run_holds_what_lost_points(runs: Runs, setting: Setting) -> None:
    """Nobody knows then whose fault it is."""
    runs.ends["solution"] = Run(status="died", party="ours", message="no space left")
    assert "no space left" in graded(setting).held_because
    assert not graded(setting, "mine = 1", solved=True, name="ben").held


def test_a_mistake_beside_another_one_of_ours_is_not_excused(runs: Runs, setting: Setting) -> None:
    """Held is what both lose, not whatever is lost while something is wrong with us."""

    def forgets_the_first(work: Work, answers: dict[str, Any]) -> str:
        if work.submission.id == "solution":
            answers.pop("word_counts")
        return ""

    runs.breaks = forgets_the_first
    assert graded(setting).points == 4


def test_a_student_who_ends_the_asking_has_failed(runs: Runs, setting: Setting) -> None:
    """With whatever error: solution and release notebook do not meet it."""
    release(setting)
    grade = graded(setting, f"ENDS_THE_ASKING = {NO_KEY!r}")
    assert (grade.held, grade.points, grade.run.party) == (False, 0, "student")
    assert runs.ran == ["ada", "solution", "release-a"]


def test_a_bug_that_only_unfinished_notebooks_meet_is_ours(runs: Runs, setting: Setting) -> None:
    """The solution goes another way; the release notebook goes the same."""
    release(setting)
    runs.breaks = fails_for_what_is_unfinished
    assert "asking the release notebook ended early too (KeyError)" in graded(setting).held_because


@pytest.mark.parametrize(("breaks", "held"), [(raises_at_once, True), (healthy, False)])
def test_without_a_solution_the_release_notebook_is_asked(
    runs: Runs, setting: Setting, breaks: Breaks, held: bool
) -> None:
    """Only whether asking comes to its end: it earns nothing anyway."""
    release(setting)
    (setting.assignment.reference / "solution.ipynb").unlink()
    runs.breaks = breaks
    assert graded(setting).held is held
    assert runs.ran == (["ada", "release-a"] if held else ["ada"])


def test_without_either_an_error_alone_holds_nothing(runs: Runs, setting: Setting) -> None:
    """A student's process can tell whatever it likes."""
    (setting.assignment.reference / "solution.ipynb").unlink()
    assert not graded(setting, f"ENDS_THE_ASKING = {NO_KEY!r}").held


@pytest.fixture
def learning(setting: Setting) -> Setting:
    """A third criterion: eighty of a hundred."""
    first = setting.assignment.criteria[0]
    more = {"id": "accuracy", "title": "It has learned", "check": "accuracy_at_least"}
    accuracy = first.model_copy(update={**more, "arguments": {"threshold": 0.8}, "points": 5})
    criteria = (*setting.assignment.criteria, accuracy)
    return dataclasses.replace(
        setting, assignment=setting.assignment.model_copy(update={"criteria": criteria})
    )


@pytest.mark.parametrize(("solutions", "held"), [(100, False), (82, False), (60, True)])
def test_a_threshold_that_the_solution_does_not_reach_is_ours(
    runs: Runs, learning: Setting, solutions: int, held: bool
) -> None:
    """So is a model that we train worse than it was meant to be."""
    runs.right = {"ada": 40, "solution": solutions}
    grade = graded(learning, "mine = 1", solved=True)
    assert (grade.held, grade.points) == (held, 10)
    assert ("does not earn “It has learned” either" in grade.held_because) is held
    assert (runs.ran, runs.measured) == (["ada", "solution"], ["ada", "solution"])


def test_a_solution_is_not_measured_for_other_losses(runs: Runs, learning: Setting) -> None:
    """Its training is paid for only by those who lose what hangs on theirs."""
    assert graded(learning).points == 9
    assert (runs.ran, runs.measured) == (["ada", "solution"], ["ada"])
    runs.right = {"ben": 40}
    assert graded(learning, "mine = 1", name="ben").points == 4
    assert graded(learning, "mine = 2", name="ben").points == 4
    assert runs.measured == ["ada", "ben", "solution", "ben"]


def test_a_recorded_run_is_not_compared(runs: Runs, setting: Setting) -> None:
    """The tier would play the same recording for the solution."""
    runs.ends["ada"] = Run(status="finished", tier="replay")
    assert not graded(setting).held
    assert runs.ran == ["ada"]


def test_another_version_of_anything_asks_the_solution_anew(runs: Runs, setting: Setting) -> None:
    """What is kept belongs to one `ask.py`, one set of data, one tier."""
    graded(setting)
    changed = setting.assignment.model_copy(
        update={"ask_source": f"{setting.assignment.ask_source}\n"}
    )
    graded(dataclasses.replace(setting, assignment=changed), "mine = 1")
    assert runs.ran.count("solution") == 2


def test_what_carries_no_points_is_nobodys_loss(runs: Runs, setting: Setting) -> None:
    """But for what others build on; and what builds on a lost one is not looked at."""
    criteria = {criterion.id: criterion for criterion in setting.assignment.criteria}
    free = criteria["sums"].model_copy(update={"points": 0, "id": "free"})
    unfit = criteria["sums"].model_copy(update={"check": "raises", "id": "unfit"})
    above = criteria["words"].model_copy(update={"needs": ("free",), "id": "above"})

    def raises(evidence: Any, **_: Any) -> None:
        raise RuntimeError

    def of(seen: Evidence, *rows: Any) -> dict[str, str]:
        checks = {**setting.assignment.checks, "raises": raises}
        changed = {"criteria": rows, "checks": checks}
        return lost(setting.assignment.model_copy(update=changed), seen)

    graded(setting)
    evidence = load_evidence(next((setting.folder / "ada").iterdir()))
    assert evidence is not None
    assert of(evidence, criteria["words"], free) == {}
    assert of(evidence, free, above) == {"free": "Running sums"}
    assert of(evidence, unfit) == {}
    assert of(evidence, criteria["words"], criteria["sums"]) == {"sums": "Running sums"}
