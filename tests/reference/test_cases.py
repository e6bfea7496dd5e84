"""Each labelled case gets exactly its expected verdicts: no false accept, no false reject."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled import ANY, EXPECTED, differences, grade_of, setting, sources

from grader.pipeline.batch import Outcome
from grader.pipeline.submission import grade
from grader.records import Grade
from grader.records.store import grades
from grader.run import Setting

pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(3600)]
RECIPE = [name for name, case in EXPECTED.items() if case["mode"] == "recipe"]


def test_every_other_verdict_is_certain() -> None:
    """An expectation that leaves a criterion open could not fail."""
    for case in EXPECTED.values():
        assert case["others"] != ANY
        assert all(name == "accuracy" for name, status in case["verdicts"].items() if status == ANY)


@pytest.mark.parametrize("name", RECIPE)
def test_a_case_gets_its_verdicts(name: str, outcomes: dict[str, Outcome]) -> None:
    """Criterion by criterion; what is not named in expected.json stands under `others`."""
    graded, case = grade_of(outcomes[name]), EXPECTED[name]
    assert not graded.held, graded.held_because
    assert not differences(graded, case)
    if case["run"]:
        assert graded.run.status in case["run"]


def test_the_solution_has_all_points_twice_and_the_same(
    outcomes: dict[str, Outcome], runs: Path, tmp_path: Path
) -> None:
    """Graded again from nothing, `grade.json` is the same apart from times."""
    assert grade_of(outcomes["solution"]).points == 100
    grade(sources(["solution"])[0], setting(tmp_path), lambda stage: None)
    first, again = (stored(setting(out), "solution") for out in (runs, tmp_path))
    assert first.points == first.max_points == 100
    assert timeless(again.model_dump()) == timeless(first.model_dump())


def stored(here: Setting, name: str) -> Grade:
    """The `grade.json` of a case, the whole of it."""
    (found,) = grades(here.folder / name)
    return found


TIMES = {"seconds", "cpu_seconds", "memory_mb", "graded_at", "cached"}


def timeless(value: object) -> object:
    """A record without what the clock and the machine's load decide."""
    if isinstance(value, dict):
        return {key: timeless(one) for key, one in value.items() if key not in TIMES}
    if isinstance(value, list | tuple):
        return [timeless(one) for one in value]
    return value


def test_nothing_of_a_hostile_case_gets_into_the_grade_of_another(
    outcomes: dict[str, Outcome],
) -> None:
    """Equal right models have equal points, whatever ran beside them."""
    right = [name for name in RECIPE if not EXPECTED[name]["verdicts"]]
    right = [name for name in right if EXPECTED[name]["others"] == "passed"]
    assert {grade_of(outcomes[name]).points for name in right} == {100.0}


def test_the_template_gets_a_friendly_report_and_few_points(
    outcomes: dict[str, Outcome],
) -> None:
    """Nothing filled in: nothing crashes, nothing is held, the first step is named."""
    graded = grade_of(outcomes["template"])
    assert graded.points < 20
    assert graded.first_to_fix


@pytest.mark.usefixtures("outcomes")
def test_the_old_name_of_the_learning_rate_is_honoured(runs: Path) -> None:
    """In warm workers, which have all optimizers imported before anything of ours."""
    old = [one.id for one in sources(RECIPE) if "RMSprop(lr=0.0001)" in one.path.read_text()]
    graded = [stored(setting(runs), name) for name in old]
    drawn = [one for one in graded if one.diagram is not None]
    assert len(drawn) > 5
    for one in drawn:
        assert one.diagram is not None
        assert one.diagram.optimizer == "rmsprop, learning rate 0.0001", one.submission.id
        told = any("`lr=`" in cell.adapted for cell in one.run.cells)
        assert told or one.run.status != "finished", one.submission.id
