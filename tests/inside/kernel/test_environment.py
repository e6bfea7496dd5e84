"""What a cell takes from the environment is there again for the next one, where it is ours."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from grader.inside.kernel import main


def test_an_emptied_environment_is_filled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our folders and the choice of Keras; what was changed stays, and so does what was taken of
    the student's own."""
    for name, value in {"GRADER_DATA": "/data", "HOME": "/home", "MINE": "1"}.items():
        monkeypatch.setenv(name, value)
    listening: list[Any] = []
    shell = SimpleNamespace(
        events=SimpleNamespace(register=lambda event, function: listening.append(function))
    )
    main.keep_environment(shell)
    for name in ("GRADER_DATA", "MINE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/elsewhere")
    listening[0]()
    assert os.environ["GRADER_DATA"] == "/data"
    assert os.environ["HOME"] == "/elsewhere"
    assert "MINE" not in os.environ
