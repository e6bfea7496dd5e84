"""Budgets of the outputs, and the executed notebook that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.intake.read import Cell, Notebook
from grader.records.limits import Limits
from grader.run.outputs import (
    CELL_OUTPUTS,
    RUN_MESSAGES,
    Budget,
    CellOutputs,
    empty,
    note,
    write,
)


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """A clean message."""
    return {"msg_type": "stream", "content": {"name": name, "text": text}}


def display(text: str, *, name: str = "", kind: str = "display_data") -> dict[str, Any]:
    """A clean message."""
    return {"msg_type": kind, "content": {"data": {"text/plain": text}, "display_id": name}}


def test_streams_are_joined_until_another_one_speaks() -> None:
    """Neighbouring pieces of one stream become one output."""
    outputs = CellOutputs(1000)
    for message in (stream("a"), stream("b"), stream("c", "stderr"), stream("d")):
        outputs.add(message)
    assert [node.text for node in outputs.nodes()] == ["ab", "c", "d"]


def test_output_beyond_the_budget_is_cut_not_later_small_ones() -> None:
    """A large piece is dropped and said so; what still fits is kept."""
    outputs = CellOutputs(10)
    for message in (stream("12345"), stream("x" * 20), stream("678")):
        outputs.add(message)
    assert outputs.cut
    assert [node.text for node in outputs.nodes()] == ["12345678"]


def test_the_number_of_pieces_is_bounded() -> None:
    """Thousands of displays keep the first few hundred."""
    outputs = CellOutputs(10**9)
    for number in range(CELL_OUTPUTS + 50):
        outputs.add(display(str(number)))
    assert len(outputs.nodes()) == CELL_OUTPUTS
    assert outputs.cut


def test_an_output_can_be_replaced_and_cleared() -> None:
    """`update_display_data` changes the named one; clear waits for the next output if told to."""
    outputs = CellOutputs(1000)
    outputs.add(display("old", name="bar"))
    outputs.add(display("new", name="bar", kind="update_display_data"))
    outputs.add(display("x", name="unknown", kind="update_display_data"))
    assert [node.data["text/plain"] for node in outputs.nodes()] == ["new"]
    outputs.clear(wait=True)
    assert len(outputs.nodes()) == 1
    outputs.add(stream("after"))
    assert [node.output_type for node in outputs.nodes()] == ["stream"]
    outputs.add(display("late", name="bar", kind="update_display_data"))
    assert len(outputs.nodes()) == 1


def test_the_run_has_a_budget_of_bytes_and_of_messages() -> None:
    """Either one, once passed, names the limit."""
    limits = Limits(output_mb=1)
    budget = Budget(limits)
    budget.receive(999_999)
    assert budget.exceeded == ""
    budget.receive(2)
    assert budget.exceeded == "output_mb"
    budget = Budget(limits)
    for _ in range(RUN_MESSAGES + 1):
        budget.receive(0)
    assert budget.exceeded == "output_mb"


def test_the_executed_notebook_holds_nothing_else_of_the_submission(tmp_path: Path) -> None:
    """Cells and their code; every kind of cell stays in its place; the file is valid."""
    kinds = ("markdown", "code", "raw")
    cells = tuple(Cell(index=at, kind=kind, source=f"s{at}") for at, kind in enumerate(kinds))
    node = empty(Notebook(cells=cells))
    node.cells[1].outputs = [note("cut")]
    write(node, tmp_path / "executed.ipynb", 1)
    back = nbformat.read(tmp_path / "executed.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(back)  # type: ignore[no-untyped-call]
    assert [(cell.cell_type, cell.source) for cell in back.cells] == list(
        zip(kinds, ("s0", "s1", "s2"), strict=True)
    )
    assert back.cells[1].outputs[0].text == "[grader] cut\n"
    assert [path.name for path in tmp_path.iterdir()] == ["executed.ipynb"]


def test_a_notebook_that_is_too_large_loses_its_largest_outputs(tmp_path: Path) -> None:
    """The cell with most output first, until it fits; the others keep theirs."""
    node = empty(Notebook(cells=tuple(Cell(index=i, kind="code", source="1") for i in range(3))))
    for at, size in enumerate((300_000, 900_000, 10)):
        outputs = CellOutputs(10**9)
        outputs.add(stream("\x01" * size))
        node.cells[at].outputs = outputs.nodes()
    write(node, tmp_path / "executed.ipynb", 2)
    assert (tmp_path / "executed.ipynb").stat().st_size < 2_000_000
    back = nbformat.read(tmp_path / "executed.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert "left out" in back.cells[1].outputs[0].text
    assert "left out" not in back.cells[0].outputs[0].text
    assert len(back.cells[2].outputs[0].text) == 10


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a\n", "\x01", "a"])
def test_many_large_outputs_are_left_out_together(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook of 20 MB takes seconds to write: not once for each cell that is left out, and not
    at all at many times its size."""
    written: list[int] = []

    def writes(node: Any, version: int) -> str:
        made: str = nbformat.writes(node, version)  # type: ignore[no-untyped-call]
        written.append(len(made))
        return made

    monkeypatch.setattr("grader.run.outputs.writes", writes)
    cells = tuple(Cell(index=index, kind="code", source="1") for index in range(300))
    node = empty(Notebook(cells=cells))
    for cell in node.cells:
        outputs = CellOutputs(10**9)
        outputs.add(stream(text * 10_000))
        cell.outputs = outputs.nodes()
    write(node, tmp_path / "executed.ipynb", 1)
    assert written[-1] < 1_000_000
    assert len(written) < 8
    assert max(written) < 2_000_000
