"""A notebook gets a process with everything imported, unless it could tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.grade import stage_seconds
from grader.intake.read import Cell, Notebook
from grader.records import CellRun, Run
from grader.records.store import save
from grader.run.preload import preload


def notebook(*sources: str) -> Notebook:
    return Notebook(
        cells=tuple(
            Cell(index=place, kind="code", source=text) for place, text in enumerate(sources)
        )
    )


def test_the_usual_notebook_is_preloaded() -> None:
    """With the Keras of its edition, and never with the backend that draws its figures: that one
    looks for a notebook when it is imported."""
    usual = notebook("import tensorflow as tf", "%matplotlib inline", "# the environment")
    modules = preload(usual, {})
    assert {"tensorflow", "keras", "matplotlib.pyplot", "ipykernel.kernelapp"} <= set(modules)
    assert "matplotlib_inline.backend_inline" not in modules
    legacy = preload(usual, {"TF_USE_LEGACY_KERAS": "1"})
    assert "tf_keras" in legacy
    assert "keras" not in legacy


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'",
        "%env TF_DETERMINISTIC_OPS=1",
        "%set_env TF_DETERMINISTIC_OPS=1",
        "os.putenv('A', 'b')",
        "del sys.modules['tensorflow']",
        "importlib.reload(tf)",
        "!env A=b python x.py",
    ],
)
def test_what_could_tell_gets_a_fresh_interpreter(source: str) -> None:
    """Libraries read the environment when they are imported."""
    assert preload(notebook("import tensorflow as tf", source), {}) == ()


def test_seconds_by_stage(tmp_path: Path) -> None:
    """Mean and most, in the order of the flow; a reused run has no seconds of its own."""
    for number, seconds in enumerate((1.0, 3.0)):
        folder = tmp_path / str(number)
        run = Run(
            status="finished",
            seconds=seconds,
            cells=(CellRun(index=0, status="ok", seconds=0.5),),
            reused_from="x" if number else "",
            stages={"intake": 0.1, "run": seconds},
        )
        save(folder / "run.json", run)
    found = {stage: (mean, most) for stage, mean, most in stage_seconds(
        [tmp_path / "0", tmp_path / "1"])}  # fmt: skip
    assert list(found)[:2] == ["intake", "run"]
    assert found["run"] == (2.0, 3.0)
    assert found["· cells"] == (0.5, 0.5)
