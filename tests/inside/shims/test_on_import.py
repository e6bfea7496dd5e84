"""What is done when a notebook imports something leaves no trace of when that was."""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.inside.shims import on_import


@pytest.fixture
def onimport(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    return on_import


def test_an_import_that_draws_changes_no_numbers(
    onimport: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that imports TensorFlow, and one whose process has it already, see the same."""
    (tmp_path / "drawing_module.py").write_text("import random\nDRAWN = random.random()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    seen: list[float] = []
    onimport.when_imported("drawing_module", lambda module: seen.append(module.DRAWN))
    random.seed(5)
    expected = [random.random(), random.random()]  # noqa: S311
    random.seed(5)
    importlib.import_module("drawing_module")
    assert seen == expected[:1]
    assert random.random() == expected[0]  # noqa: S311 - as if nothing had been imported
    onimport.when_imported("drawing_module", lambda module: seen.append(0.0))
    assert seen == [expected[0], 0.0], "imported already: called at once"
    del sys.modules["drawing_module"]
