"""What is fuzzed: everything that reads a byte of a submission. Each target takes one spoiled
input and may do nothing but return, or raise what it declares.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evidence_folder import a_private, an_out
from graph_samples import NETWORK, final, layer, network
from hypothesis import strategies as st
from spoiling import archives, messages, spoiled, spoiled_bytes

from grader.assignment import folder as assignment
from grader.assignment.folder import Assignment
from grader.evidence.collect import collect_evidence
from grader.evidence.graph.diagram import draw_diagram
from grader.evidence.graph.parse import parse
from grader.evidence.graph.places import annotate
from grader.evidence.graph.walk import head
from grader.evidence.strict_json import parse_json
from grader.intake.read import parse_cell, read_notebook
from grader.intake.sources import gather
from grader.judge.grade import judge
from grader.measure import whole
from grader.measure.plan import NotMeasurable, NotRebuilt, values_given
from grader.measure.transfer import plan
from grader.records import Assets, Evidence, Measured, Run, Submission
from grader.records.errors import IntakeError
from grader.report import write as report
from grader.run.messages import parse as parse_message
from grader.run.outputs import CellOutputs, empty


def intake(data: bytes) -> None:
    """Only IntakeError, in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.ipynb"
        path.write_bytes(data)
        try:
            submission, notebook = read_notebook(
                path, submission_id="s", graded_functions=("f",), stop="grade-up-to-here"
            )
        except IntakeError as refused:
            assert folder not in str(refused)
            return
    for cell in notebook.cells:
        parse_cell(cell.source)
    submission.model_dump_json().encode()
    empty(notebook)


def archive(data: bytes) -> None:
    """Only IntakeError; nothing is written outside of its folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.zip").write_bytes(data)
        try:
            found = gather([folder / "in.zip"], unpack_into=folder / "unpacked")
        except IntakeError:
            return
        finally:
            assert {path.name for path in folder.iterdir()} <= {"in.zip", "unpacked"}
        assert all(path.path.is_relative_to(folder / "unpacked") for path in found)


def json_text(data: bytes) -> None:
    """ValueError, or a value that can be written again."""
    try:
        value = parse_json(data, max_bytes=10**6)
    except ValueError:
        return
    json.dumps(value, allow_nan=False).encode()


def _operations() -> dict[str, Any]:
    """A model of bare operations, a layer in a layer, and a plan of learning rates."""
    lstm = {"kind": "LSTM", "settings": {"units": 4, "activation": "tanh"}}
    rows = [
        layer("half", "op:multiply", ["mixed0"], [16, 16, 256], constant=[0.5] * 64, first=True),
        layer("mean", "op:mean", ["half"], [16, 256], axis=[1], keepdims=False),
        layer("both", "Bidirectional", ["mean"], [8], parameters=9, layer=lstm, merge_mode="sum"),
        layer("unit", "Dense", ["both"], [1], parameters=9, units=1, activation="sigmoid"),
    ]
    schedule = {"kind": "cosine_decay", "initial_learning_rate": 0.1, "decay_steps": 10}
    optimizer = {"kind": "sgd", "learning_rate": 0.1, "schedule": schedule}
    return final("mixed0", head=rows, optimizer=optimizer)


def graph(data: bytes) -> None:
    """ValueError, or a graph that can be walked, drawn and planned."""
    try:
        found = annotate(parse(data), network())
    except ValueError:
        return
    assert len(head(found)) <= len(found.layers)
    if found.layers:
        draw_diagram(found)
    for planned in (lambda: plan(found, (150, 150, 3)), lambda: whole.plan(found, (8, 8), 10)):
        try:
            made = planned()
        except (NotMeasurable, NotRebuilt) as reason:
            assert str(reason)
        else:
            values_given(made, 1 / 255, 0.0)


def message(frames: list[bytes]) -> None:
    """A clean message, or None."""
    clean = parse_message(frames, 10_000)
    if clean is not None and clean["msg_type"] in ("stream", "display_data", "error"):
        outputs = CellOutputs(10_000)
        outputs.add(clean)
        json.dumps(outputs.nodes())


FILES = ("answers.json", "graph_final.json", "graph_base.json", "weights_base.json")


def evidence(spoilt: tuple[str, bytes]) -> None:
    """Nothing is raised; what comes is plain, valid data."""
    found = gathered(spoilt)
    assert found.model_validate_json(found.model_dump_json()) == found


def gathered(spoilt: tuple[str, bytes]) -> Evidence:
    """The evidence in a folder that is right but for one file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = an_out(folder)
        (out / "answers.json").write_text(json.dumps(right_answers()))
        (out / spoilt[0]).write_bytes(spoilt[1])
        return collected(folder)


def graded(spoilt: tuple[str, bytes]) -> None:
    """No check of ours fails on it, so nobody can put his grade on hold; reports can be made."""
    found = gathered(spoilt).model_copy(
        update={"measured": Measured(status="not_measurable", message="no model")}
    )
    grade = judge(real_assignment(), found)
    assert not grade.held, grade.held_because
    assert 0 <= grade.points <= grade.max_points
    for format_ in report.FORMATS:
        report.render(grade, format_).encode()


@cache
def real_assignment() -> Assignment:
    return assignment.load_assignment("horses-vs-humans")


@cache
def _private() -> tuple[Any, Any]:
    keeper = tempfile.TemporaryDirectory()
    prints = a_private(Path(keeper.name)) / "fingerprints.json"
    record = Assets(kind="stand-in", scale="small", sha256="0" * 64)
    return keeper, SimpleNamespace(base_graph=NETWORK, fingerprints=prints, record=record)


def collected(folder: Path) -> Evidence:
    names = real_assignment().functions
    return collect_evidence(
        folder,
        assignment=real_assignment(),
        submission=Submission(
            id="s", file_name="s.ipynb", sha256="0" * 64, size_bytes=1, functions=names
        ),
        run=Run(status="finished"),
        assets=_private()[1],
        asked=real_assignment().ask_inputs(1),
    )


def right_answers() -> dict[str, Any]:
    """In the form of the real assignment's `ask.py`."""
    image = [[0.5, 0.2, 0.1], 0.0]
    part = {"kind": "_BatchDataset", "batches": [[32, 150, 150, 3]], "images": [image] * 3,
            "labels": [[0], [1], [0]], "shape": [150, 150, 3]}  # fmt: skip
    look = {"returned": "tuple", "parts": [part, part]}
    model = {"kind": "Functional", "is_model": True, "carried": False, "export": ""}
    cut = {"kind": "KerasTensor", "is_tensor": True, "carried": False, "shape": [None, 7, 7, 768],
           "export": "", "probe": {"mean": [0.1], "shape": [2, 7]}, "probe_error": ""}  # fmt: skip
    values = {
        "train_val_datasets": {"hidden": look},
        "create_pre_trained_model": model,
        "output_of_last_layer": cut,
        "create_final_model": model,
    }
    return {name: {"status": "ok", "value": value, "error": ""} for name, value in values.items()}


NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "source": ["def f(x):\n", " return 1"],
        },
        {"cell_type": "markdown", "metadata": {}, "source": "# grade-up-to-here"},
    ],
    "metadata": {"kernelspec": {"name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
OLD = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}


@cache
def _whole(name: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        out = an_out(Path(folder))
        return json.loads((out / name).read_text()) if name != FILES[0] else right_answers()


SPOILT_FILES = st.sampled_from(FILES).flatmap(
    lambda name: st.tuples(st.just(name), spoiled_bytes(_whole(name)))
)
ONLY_JSON = st.sampled_from(FILES[:2]).flatmap(
    lambda name: st.tuples(
        st.just(name), spoiled(_whole(name)).map(lambda v: json.dumps(v).encode())
    )
)


@dataclass(frozen=True)
class Target:
    """`examples`: for the quick suite."""

    run: Callable[[Any], Any]
    inputs: st.SearchStrategy[Any]
    examples: int


TARGETS = {
    "intake": Target(intake, spoiled_bytes(NOTEBOOK) | spoiled_bytes(OLD) | st.binary(), 60),
    "archives": Target(archive, archives(), 40),
    "strict JSON": Target(json_text, spoiled_bytes(NOTEBOOK) | st.binary(), 80),
    "graph": Target(graph, spoiled_bytes(final("mixed0")), 25),
    "graph of operations": Target(graph, spoiled_bytes(_operations()), 25),
    "kernel messages": Target(message, messages(), 120),
    "evidence": Target(evidence, SPOILT_FILES, 15),
    "judge and report": Target(graded, ONLY_JSON, 15),
}
