"""All labelled cases through the real sandbox with real TensorFlow, once a session, as a class."""

from __future__ import annotations

import pytest
from labelled import EXPECTED, setting, sources

from grader import batch


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, batch.Outcome]:
    """Every case of the recipe mode, graded in one batch of two at once."""
    names = [name for name, case in EXPECTED.items() if case["mode"] == "recipe"]
    out = tmp_path_factory.mktemp("runs")
    done = batch.run(sources(names), setting(out), jobs=2)
    return {outcome.source.id: outcome for outcome in done}
