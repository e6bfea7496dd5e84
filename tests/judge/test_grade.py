"""The judge: criteria × evidence → grade; what is ours holds the grade, nothing else does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from evidence_samples import (
    answers,
    assignment,
    dense,
    evidence,
    final,
    measured,
    plain,
    with_answer,
    with_graph,
)
from samples import sample_evidence, sample_grades

from grader.assignment.folder import Assignment
from grader.judge.grade import judge
from grader.records import (
    ANOTHER_NOTEBOOK,
    KEYBOARD,
    LACKS,
    NO_EAGER,
    UNREADABLE,
    Answer,
    Finding,
    Grade,
    Lacking,
    Run,
    Verdict,
)
from grader.records.errors import MissingEvidence
from grader.report.words import held_words


def with_check(check: Callable[..., Any], name: str = "loss_is") -> Assignment:
    right = assignment()
    return right.model_copy(update={"checks": {**right.checks, name: check}})


def verdict(grade: Grade, criterion: str) -> Verdict:
    return next(one for one in grade.verdicts if one.criterion == criterion)


def test_a_right_submission_earns_100_of_100() -> None:
    """All passed, nothing held, nothing to fix, no hint shown."""
    grade = judge(assignment(), evidence())
    assert (grade.points, grade.max_points, grade.held) == (100, 100, False)
    assert {one.status for one in grade.verdicts} == {"passed"}
    assert grade.first_to_fix == "" and not any(one.hint for one in grade.verdicts)


def test_equal_evidence_equal_grade() -> None:
    """Nothing of the grade depends on the time of day or the order of a set."""
    for one in sample_evidence().values():
        assert judge(assignment(), one) == judge(assignment(), one)


def test_a_grade_survives_json() -> None:
    """What is written is what was judged."""
    for grade in sample_grades().values():
        assert Grade.model_validate_json(grade.model_dump_json()) == grade


@pytest.mark.parametrize("returned", [None, True, 1.0, "passed", {"share": 1}])
def test_a_check_that_returns_no_finding_is_an_error(returned: Any) -> None:
    """`None` is no pass: it fails closed, and a person looks."""
    grade = judge(with_check(lambda evidence, **_: returned), evidence())
    assert verdict(grade, "loss").status == "error"
    assert grade.held and "Binary cross-entropy" in grade.held_because
    assert verdict(grade, "loss").points == 0


@pytest.mark.parametrize("problem", [ValueError("ours"), KeyError("x"), ZeroDivisionError()])
def test_a_check_that_raises_is_ours(problem: Exception) -> None:
    """The message is for students: no class, no text of our exception."""

    def check(evidence: Any, **_: Any) -> Finding:
        raise problem

    grade = judge(with_check(check), evidence())
    assert grade.held and verdict(grade, "loss").status == "error"
    assert type(problem).__name__ not in verdict(grade, "loss").message


def test_missing_evidence_is_the_students() -> None:
    """Removing a file must not put a grade on hold."""

    def check(evidence: Any, **_: Any) -> Finding:
        raise MissingEvidence("There is no loss to see.")

    grade = judge(with_check(check), evidence())
    assert not grade.held and verdict(grade, "loss").status == "failed"
    assert verdict(grade, "loss").message == "There is no loss to see."


def test_an_unknown_misconception_is_an_error() -> None:
    """A check that names one the TOML does not have is a mistake of the rubric."""
    finding = Finding(share=0, message="no", misconceptions=("made-up",))
    assert judge(with_check(lambda evidence, **_: finding), evidence()).held


def test_what_builds_on_a_failure_is_skipped() -> None:
    """It says which criterion it needs, earns nothing and shows no hint."""
    model = final([dense("unit", 1, "sigmoid")])
    grade = judge(assignment(), with_graph("base", model))
    told = verdict(grade, "pretrained-weights")
    assert (told.status, told.blocked_by, told.hint) == ("skipped", ("base-network",), "")


def test_empty_evidence_is_graded() -> None:
    """A notebook that left nothing gets few points and a friendly word for each criterion."""
    grade = sample_grades()["crashed"]
    assert not grade.held and grade.points == 0
    assert {one.status for one in grade.verdicts} <= {"failed", "skipped"}
    assert all(one.message for one in grade.verdicts)
    assert grade.first_to_fix == "train-data"


@pytest.mark.parametrize("party", ["ours", "undecided"])
def test_a_run_that_need_not_be_the_students_is_held(party: Any) -> None:
    """Right, wrong, and ours."""
    run = Run(status="died", party=party, message="no space left")
    grade = judge(assignment(), evidence(run=run))
    assert grade.held and "no space left" in grade.held_because


@pytest.mark.parametrize("limit", [UNREADABLE, ANOTHER_NOTEBOOK])
def test_of_a_file_that_was_never_run_no_criterion_is_asked(limit: str) -> None:
    """Not even one that would raise: there is neither an answer nor a question."""
    run = Run(status="died", party="undecided", limit=limit, message="It is a web page.")
    grade = judge(with_check(lambda *_, **__: 1 / 0), evidence(run=run))
    assert (grade.held, grade.held_because, grade.verdicts) == (True, "It is a web page.", ())


def test_not_measured_is_held_and_not_measurable_is_not() -> None:
    """A fault of ours is held; a model that cannot be measured fails with its message."""
    assert judge(assignment(), evidence(measured=None)).held
    failed = measured(0, status="failed", message="the sandbox", trainings=(), interval=None)
    assert judge(assignment(), evidence(measured=failed)).held
    words = "There is no model to measure."
    odd = measured(0, status="not_measurable", message=words, trainings=(), interval=None)
    grade = judge(assignment(), evidence(measured=odd))
    assert not grade.held and verdict(grade, "accuracy").message == words


def test_first_to_fix_is_what_most_points_hang_on() -> None:
    """What carries no points comes last."""
    assert sample_grades()["no-dropout"].first_to_fix == "dropout"
    halved = final([plain("Flatten"), dense("wide", 9, "relu"), dense("unit", 1, "sigmoid")])
    assert judge(assignment(), with_graph("final", halved)).first_to_fix == "dropout"
    crashed = Run(status="timeout", message="300 s")
    assert judge(assignment(), evidence(run=crashed)).first_to_fix == "runs"


def test_misconceptions_are_named_by_checks_and_by_rules() -> None:
    """A finding names one; `when` in the TOML names others by sets of verdicts."""
    grade = sample_grades()["unfrozen"]
    assert [one.id for one in grade.misconceptions] == ["unfrozen-later"]
    unfrozen = (
        evidence()
        .graphs["base"]
        .model_copy(update={"layers": tuple(final(trainable=True).layers[:229])})
    )
    grade = judge(assignment(), with_graph("base", unfrozen))
    assert "accuracy-hides-it" in [one.id for one in grade.misconceptions]


def test_what_was_carried_forward_is_said() -> None:
    """When our part stood in for a broken one, the grade says so."""
    told = {"kind": "KerasTensor", "is_tensor": True, "carried": True}
    grade = judge(
        assignment(), with_answer("output_of_last_layer", Answer(status="ok", value=told))
    )
    assert any("output_of_last_layer" in note for note in grade.provenance.notes)
    assert grade.points == 100


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"within": "list"}, "returned more than what was asked for"),
        ({"object": "last", "overwritten": True}, "`last` was given a smaller model"),
    ],
)
def test_what_was_chosen_of_several_is_said(told: dict[str, Any], words: str) -> None:
    """Where something else was there as well, the grade says what was judged."""
    value = {"kind": "KerasTensor", "is_tensor": True, **told}
    grade = judge(
        assignment(), with_answer("output_of_last_layer", Answer(status="ok", value=value))
    )
    assert [note for note in grade.provenance.notes if words in note]
    assert grade.points == 100


def test_no_number_is_lost_in_rounding() -> None:
    """The points of the verdicts add up to those of the grade."""
    for grade in sample_grades().values():
        total = sum(one.points for one in grade.verdicts)
        assert grade.points == pytest.approx(total, abs=0.005)


def test_judging_takes_milliseconds() -> None:
    """A thousand stored submissions are judged again in seconds."""
    right = evidence()
    judge(assignment(), right)
    started = time.process_time()
    for _ in range(20):
        judge(assignment(), right)
    assert (time.process_time() - started) / 20 < 0.05


@pytest.mark.parametrize("function", answers())
@pytest.mark.parametrize("status", ["missing", "raised", "timeout", "refused"])
def test_a_broken_function_costs_only_its_own(function: str, status: Any) -> None:
    """One function that is missing, raises or hangs leaves the criteria of the others alone."""
    broken = Answer(status=status, error="ValueError: no")
    grade = judge(assignment(), with_answer(function, broken))
    lost = {one.criterion for one in grade.verdicts if one.status != "passed"}
    assert lost == OWN[function] and not grade.held


OWN = {
    "train_val_datasets": {"train-data", "validation-data", "batch-and-size", "labels",
                           "scaling"},
    "create_pre_trained_model": {"base-network", "pretrained-weights", "frozen-base"},
    "output_of_last_layer": {"cut"},
    "create_final_model": {"functional-model", "frozen-final", "dense-head", "dropout",
                           "output-unit", "loss", "metric"},
}  # fmt: skip


def test_what_we_cannot_rebuild_holds_its_criterion_and_costs_nothing_else() -> None:
    """One sentence says what a person has to look at; students are told that it may be right."""
    told = measured(0, 1, status="not_rebuilt", message="The model has a layer `Mine`.")
    grade = judge(assignment(), evidence(measured=told))
    assert verdict(grade, "accuracy").status == "error"
    assert grade.points == 100 - verdict(grade, "accuracy").max_points
    assert grade.held_because.startswith("The model may be right, and we cannot rebuild it: ")
    reason, next_step = held_words(grade, "student")
    assert reason == "We cannot rebuild your model, which may be right."
    assert "a person looks at it" in next_step


def test_a_rubric_that_measures_nothing_is_not_held() -> None:
    """Without a recipe there is nothing to wait for."""
    right = assignment()
    criteria = tuple(one for one in right.criteria if one.id != "accuracy")
    nothing = {"recipe": None, "criteria": criteria, "misconceptions": ()}
    rubric = right.model_copy(update=nothing)
    grade = judge(rubric, evidence(measured=None))
    assert (grade.held, grade.points, grade.provenance.seed) == (False, grade.max_points, None)
    assert judge(right, evidence(measured=None)).held


def test_a_package_of_ours_holds_what_it_cost() -> None:
    """Not a notebook that lost nothing, nor one whose graded parts can do without it."""
    right = evidence()
    needed = Lacking(module="cv2", install="opencv-python-headless", needed_by=("f",))
    unused = needed.model_copy(update={"needed_by": (), "cells": (1,)})

    def graded(package: Lacking, **lost: Any) -> Grade:
        run = right.run.model_copy(update={"lacking": (package,)})
        return judge(assignment(), right.model_copy(update={"run": run, **lost}))

    assert not graded(needed).held
    assert not graded(unused, answers={}).held
    grade = graded(needed, answers={})
    assert grade.held
    assert "pip install opencv-python-headless" in grade.held_because
    assert held_words(grade, "student")[0] == f"{LACKS}: `cv2`."
    typed = graded(needed.model_copy(update={"module": KEYBOARD, "install": KEYBOARD}), answers={})
    assert "asks somebody to type" in held_words(typed, "student")[0]


def test_a_notebook_without_eager_execution_is_held_where_it_lost_something() -> None:
    """What is missing may be right; with all points there is nothing to hold."""
    note = f"{NO_EAGER}; the grader's questions need it."
    right = evidence()
    submission = right.submission.model_copy(update={"notes": (note,)})
    assert not judge(assignment(), right.model_copy(update={"submission": submission})).held
    lacking = right.model_copy(update={"submission": submission, "answers": {}})
    grade = judge(assignment(), lacking)
    assert grade.held
    assert grade.held_because.startswith(NO_EAGER)
    assert held_words(grade, "student")[0] == grade.held_because
