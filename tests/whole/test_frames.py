"""The way from a command to a cell is short enough to be followed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from cli_calls import call
from own_notebooks import cell, save

from grader.pipeline import batch
from grader.run.client import Cells

MOST = 12
PACKAGE = Path(batch.__file__).parents[1]
TINY = Path(__file__).parents[1] / "attacks" / "tiny"


def ours(frame: FrameType | None) -> list[str]:
    """Functions of this package that are at work below this frame, the innermost first."""
    names = []
    while frame is not None:
        if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
            names.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")
        frame = frame.f_back
    return names


@pytest.mark.sandbox
def test_from_a_command_to_a_cell_in_twelve_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted from the command's function to nbclient's `async_execute_cell`; a pool's thread
    counts on from who handed it its work."""
    before, ways = [], []
    submit, execute = batch.ThreadPoolExecutor.submit, Cells.async_execute_cell

    def submitted(pool: Any, *args: Any, **more: Any) -> Any:
        before.append(ours(sys._getframe()))
        return submit(pool, *args, **more)

    def executed(cells: Any, *args: Any, **more: Any) -> Any:
        ways.append(ours(sys._getframe()))
        return execute(cells, *args, **more)

    monkeypatch.setattr(batch.ThreadPoolExecutor, "submit", submitted)
    monkeypatch.setattr(Cells, "async_execute_cell", executed)
    notebook = tmp_path / "one.ipynb"
    save(notebook, cell("x = 1"))
    named = ("--assignment", TINY, "--anyway")
    words = (*named, "--scale", "small", "--no-share", "--out", tmp_path / "runs")
    _, text = call("grade", notebook, *words)
    assert ways, text
    way = [*ways[0], *before[0]]
    assert len(way) <= MOST, way
    assert way[-1].startswith(("app.", "grade."))
