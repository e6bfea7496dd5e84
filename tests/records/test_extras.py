"""An extra is added by whoever installed the grader."""

from __future__ import annotations

import importlib.metadata
import sys
from types import SimpleNamespace

import pytest

from grader.records import extras


@pytest.mark.parametrize(
    ("prefix", "installer", "command"),
    [
        ("/home/ada/course/.venv", "pip\n", "pip install"),
        ("/home/ada/course/.venv", "uv", "uv pip install"),
        ("/home/ada/course/.venv", None, "pip install"),
        ("/home/ada/.local/share/uv/tools/notebook-grader", "uv", "uv tool install"),
        ("/home/ada/.local/share/pipx/venvs/notebook-grader", "pip", "pipx install --force"),
    ],
)
def test_the_command_is_the_installers(
    monkeypatch: pytest.MonkeyPatch, prefix: str, installer: str | None, command: str
) -> None:
    """Environments of a tool have no pip."""
    monkeypatch.setattr(sys, "prefix", prefix)
    recorded = SimpleNamespace(read_text=lambda name: installer)
    monkeypatch.setattr(extras, "distribution", lambda name: recorded)
    assert extras.with_extra("lti") == f"{command} 'notebook-grader[lti]'"


def test_without_an_installation_it_is_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout on the path has no metadata."""

    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(sys, "prefix", "/usr")
    monkeypatch.setattr(extras, "distribution", missing)
    assert extras.with_extra("lti") == "pip install 'notebook-grader[lti]'"
