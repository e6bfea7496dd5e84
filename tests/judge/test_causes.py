"""Why criteria fell: one cause, one id, whatever it is that took the thing away."""

from __future__ import annotations

from typing import Any

import pytest
from evidence_samples import (
    assignment,
    data_answer,
    dense,
    evidence,
    final,
    measured,
    plain,
    with_answer,
    with_graph,
)

from grader.judge import judge
from grader.records import DEFINED_AGAIN, STANDS_IN, Answer, CellRun, Evidence, Grade, Run

HEAD = "create_final_model"
NOT_THERE = measured(0, status="not_measurable", message="", trainings=(), interval=None)
OF_HEAD = {
    "functional-model", "frozen-final", "dense-head", "dropout", "output-unit", "loss", "metric",
    "accuracy",
}  # fmt: skip


def without_head(answer: Answer | None, **changes: Any) -> Evidence:
    seen = with_answer(HEAD, answer)
    graphs = {name: graph for name, graph in seen.graphs.items() if name != "final"}
    return seen.model_copy(update={"graphs": graphs, "measured": NOT_THERE, **changes})


def by_cause(grade: Grade) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for verdict in grade.verdicts:
        if verdict.cause:
            groups.setdefault(verdict.cause, set()).add(verdict.criterion)
    return groups


def stopped(error: str) -> Run:
    cells = (CellRun(index=2, status="ok"), CellRun(index=4, status="error", error=error))
    return Run(status="student_error", cells=cells)


NOTE = STANDS_IN.format(name=HEAD) + "a text cell (cell 12), which is not run: make it code again."


@pytest.mark.parametrize(
    ("seen", "title"),
    [
        (Answer(status="raised", error="ValueError: bad shape"), f"`{HEAD}` stopped with an error"),
        (
            Answer(status="raised", error="NameError: name 'foo' is not defined"),
            "NameError: name 'foo' is not defined",
        ),
        (Answer(status="timeout"), f"`{HEAD}` did not come back in time"),
        (Answer(status="ok", value={"kind": "NoneType"}), f"`{HEAD}` returned no Keras Model"),
        (None, f"There is no function `{HEAD}` after the notebook has run"),
    ],
)
def test_all_that_looks_at_one_function_falls_by_it(seen: Answer | None, title: str) -> None:
    """The measuring of its model, too; each is told what helps with that, not with its own part."""
    bare = evidence().submission.model_copy(update={"functions": ("train_val_datasets",)})
    grade = judge(assignment(), without_head(seen, submission=bare))
    (cause,) = grade.causes
    assert by_cause(grade) == {cause.id: OF_HEAD}
    assert cause.title == title
    own = {criterion.hint for criterion in assignment().criteria}
    assert not any(verdict.hint in own and verdict.hint for verdict in grade.verdicts)
    assert not any(verdict.lessons for verdict in grade.verdicts)


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (Answer(status="raised", error="ValueError: bad shape"), "last line of the error"),
        (Answer(status="ok", value={"kind": "NoneType"}), "what stands behind `return`"),
        (Answer(status="ok", value={"kind": "list"}), ""),
    ],
)
def test_the_next_step_of_a_function_that_came_to_nothing(seen: Answer, step: str) -> None:
    """A second definition that counts is what to look at first."""
    again = f"{DEFINED_AGAIN.format(name=HEAD)}; the last definition (cell 30) counts."
    for notes, wanted in (((), step), ((again,), again)):
        noted = evidence().submission.model_copy(update={"notes": notes})
        (cause,) = judge(assignment(), without_head(seen, submission=noted)).causes
        assert wanted in cause.next_step
        assert bool(cause.next_step) == bool(wanted)


def test_a_function_in_a_text_cell() -> None:
    """One cause, in the words of the note."""
    noted = evidence().submission.model_copy(update={"functions": (), "notes": (NOTE,)})
    grade = judge(assignment(), without_head(None, submission=noted))
    assert [cause.title for cause in grade.causes] == [f"`{HEAD}` stands in a text cell"]


@pytest.mark.parametrize(
    "error",
    [
        "StdinNotImplementedError: raw_input was called",
        "NameError: name 'os' is not defined",
        "FileNotFoundError: [Errno 2] No such file: 'a.h5'",
    ],
)
def test_one_name_or_file_that_is_missing_in_two_functions(error: str) -> None:
    """It is the same thing, wherever it is missed; another error of the same kind is another."""
    raised = Answer(status="raised", error=error)
    seen = with_answer("output_of_last_layer", raised)
    both = seen.model_copy(update={"answers": {**seen.answers, HEAD: raised}})
    groups = by_cause(judge(assignment(), both.model_copy(update={"measured": NOT_THERE})))
    assert groups == {error: OF_HEAD | {"cut"}}
    other = Answer(status="raised", error=error.replace("o", "x"))
    apart = seen.model_copy(update={"answers": {**seen.answers, HEAD: other}})
    assert len(by_cause(judge(assignment(), apart))) == 2


def test_two_unfinished_functions_are_two_causes() -> None:
    """The same words in another function say nothing of what is wrong there."""
    raised = Answer(status="raised", error="TypeError: 'NoneType' object is not callable")
    seen = with_answer("output_of_last_layer", raised)
    both = seen.model_copy(update={"answers": {**seen.answers, HEAD: raised}})
    assert len(by_cause(judge(assignment(), both))) == 2


def test_a_package_and_the_names_that_come_from_it() -> None:
    """`pd` is what `import pandas as pd` would have left."""
    missing = "ModuleNotFoundError: No module named 'pandas'"
    raised = Answer(status="raised", error="NameError: name 'pd' is not defined")
    grade = judge(assignment(), without_head(raised, run=stopped(missing)))
    assert by_cause(grade) == {missing: OF_HEAD | {"runs"}}


def test_the_cell_that_stopped_took_the_functions_with_it() -> None:
    """What never came into being falls by the first cell that stopped."""
    run = stopped("ZeroDivisionError: division by zero")
    grade = judge(assignment(), without_head(None, run=run))
    (cause,) = grade.causes
    assert cause.title == "A cell stopped with ZeroDivisionError"
    assert by_cause(grade) == {cause.id: OF_HEAD | {"runs"}}


@pytest.mark.parametrize(
    ("asked", "cell", "causes"),
    [
        ("ValueError: no input of 'dense_3'", "ValueError: no input of 'dense'", 1),
        ("ValueError: no input of 'dense_3'", "ValueError: no input of 'conv2d'", 2),
        ("FileNotFoundError: 'try_3.h5'", "FileNotFoundError: 'try_1.h5'", 2),
    ],
)
def test_one_error_in_a_cell_and_when_asked(asked: str, cell: str, causes: int) -> None:
    """Keras numbers its layers anew each time; two files are two."""
    raised = Answer(status="raised", error=asked)
    grade = judge(assignment(), without_head(raised, run=stopped(cell)))
    assert len(grade.causes) == causes


def test_a_cell_that_python_cannot_read_took_what_it_would_have_defined() -> None:
    """Its code is not known, so no function of the notebook is either."""
    run = stopped("SyntaxError: '[' was never closed (line 3)")
    seen = without_head(None, run=run)
    functions = tuple(name for name in seen.submission.functions if name != HEAD)
    submission = seen.submission.model_copy(update={"functions": functions})
    grade = judge(assignment(), seen.model_copy(update={"submission": submission}))
    (cause,) = grade.causes
    assert by_cause(grade) == {cause.id: OF_HEAD | {"runs"}}
    assert "not closed" in cause.next_step


def test_a_run_that_was_stopped_is_one_cause() -> None:
    run = Run(status="timeout", message="300 s", limit="wall_s", cell=3)
    seen = evidence(run=run, answers={}, graphs={}, weights={}, measured=NOT_THERE)
    (cause,) = judge(assignment(), seen).causes
    assert cause.title == "It was stopped because the time for the whole notebook was used up"


def test_one_data_set_that_is_missing_is_one_cause() -> None:
    """What is there is judged by itself."""
    value = data_answer().value
    value["hidden"]["parts"][1] = None
    seen = with_answer("train_val_datasets", Answer(status="ok", value=value))
    grade = judge(assignment(), seen)
    (cause,) = grade.causes
    assert by_cause(grade) == {cause.id: {"validation-data"}}
    assert "validation" in cause.title


def test_what_is_not_compiled_loses_loss_and_metric_by_that() -> None:
    model = final().model_copy(update={"compiled": False})
    seen = with_graph("final", model).model_copy(update={"measured": NOT_THERE})
    grade = judge(assignment(), seen)
    assert by_cause(grade)["not compiled"] >= {"loss", "metric", "accuracy"}


def test_a_misconception_is_one_cause_with_its_own_next_step() -> None:
    """Frozen nowhere: both criteria fell by it, and its step stands for their hints."""
    trained = final(trainable=True)
    seen = with_graph("final", trained)
    base = seen.graphs["base"].model_copy(update={"layers": tuple(trained.layers[:229])})
    grade = judge(assignment(), seen.model_copy(update={"graphs": {**seen.graphs, "base": base}}))
    assert by_cause(grade)["no-freeze"] == {"frozen-base", "frozen-final"}
    (idea,) = (idea for idea in assignment().misconceptions if idea.id == "no-freeze")
    hints = {verdict.hint for verdict in grade.verdicts if verdict.cause == "no-freeze"}
    assert hints == {idea.next_step}


def test_what_waits_falls_by_what_it_waits_for() -> None:
    """And so does what waits for that."""
    raised = Answer(status="raised", error="ValueError: no")
    seen = with_answer("create_pre_trained_model", raised)
    graphs = {name: graph for name, graph in seen.graphs.items() if name != "base"}
    grade = judge(assignment(), seen.model_copy(update={"graphs": graphs}))
    (group,) = (group for group in by_cause(grade).values() if "base-network" in group)
    assert group >= {"pretrained-weights", "frozen-base"}


def test_what_costs_nothing_is_no_cause() -> None:
    """Images that are scaled nowhere are said beside a wrong size; the size fell by itself."""
    grade = judge(assignment(), with_answer("train_val_datasets", _small()))
    (verdict,) = (v for v in grade.verdicts if v.criterion == "batch-and-size")
    assert verdict.cause == "criterion batch-and-size"
    (own,) = (c for c in assignment().criteria if c.id == "batch-and-size")
    assert verdict.hint == own.hint and verdict.lessons


def _small() -> Answer:
    from evidence_samples import part  # noqa: PLC0415

    return data_answer(part("train", batch=8, scale=1.0), part("validation", batch=8, scale=1.0))


def test_what_most_points_hang_on_comes_first() -> None:
    """What was measured follows from the others and comes last."""
    halved = final([plain("Flatten"), dense("wide", 9, "relu"), dense("unit", 1, "sigmoid")])
    low = with_graph("final", halved).model_copy(update={"measured": measured(100)})
    causes = [cause.id for cause in judge(assignment(), low).causes]
    assert causes == ["criterion dropout", "criterion dense-head", "criterion accuracy"]
