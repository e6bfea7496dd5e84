"""All labelled cases through the real sandbox with real TensorFlow, once a session, as a class."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled import EXPECTED, setting, sources

from grader.pipeline import batch


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the batch of `outcomes` keeps its run folders."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def outcomes(runs: Path) -> dict[str, batch.Outcome]:
    """Every case of the recipe mode, graded in one batch of two at once."""
    names = [name for name, case in EXPECTED.items() if case["mode"] == "recipe"]
    done = batch.grade_all(sources(names), setting(runs), jobs=2)
    return {outcome.source.id: outcome for outcome in done}
