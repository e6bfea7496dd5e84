"""The measuring side builds strangers' layers only with a Keras whose known holes are closed."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

from grader.measure.job import require_keras, run_measuring
from grader.records.errors import GraderError
from grader.records.limits import Limits


@pytest.mark.parametrize("old", ["2.15.0", "3.9.2", "3.13.2", "3.15.0", "3.15.0rc1"])
def test_an_old_keras_is_refused_before_anything_runs(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sandbox is started; the message says what to install, and no retry could help."""
    monkeypatch.setattr(importlib.metadata, "version", lambda name: old)
    nothing: Any = None
    with pytest.raises(GraderError, match=old) as caught:
        run_measuring(nothing, {}, (), Limits(), tmp_path)
    assert "3.15.1" in caught.value.what_to_do
    assert not caught.value.retryable


@pytest.mark.parametrize("new", ["3.15.1", "3.16.0.dev1", "4.0"])
def test_later_ones_will_do(new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said."""
    monkeypatch.setattr(importlib.metadata, "version", lambda name: new)
    require_keras()


def test_this_installation_will_do() -> None:
    """What is locked here is new enough."""
    require_keras()
