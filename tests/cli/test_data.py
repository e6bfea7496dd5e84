"""`grader assets make`, `fetch` and `show`: for one assignment or all, with own hidden data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_calls import call
from own_data import IMAGES, MADE, write_assignment

from grader.cli import data as commands

pytestmark = pytest.mark.slow


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two assignments and no others; one of them can be made, neither is there."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    write_assignment(tmp_path / "assignments", MADE, "first")
    published = {"name": "all.zip", "bytes": 9}
    layout = {"all.zip": {"train": "train", "validation": "validation"}}
    write_assignment(
        tmp_path / "assignments", IMAGES | {"sources": [published], "archives": layout}, "second"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands.assignments, "all_slugs", lambda: ("first", "second"))
    return tmp_path


def test_made_and_shown_for_all(two: Path) -> None:
    """What cannot be made is left out; what is lacking is said, and how to get it."""
    status, text = call("assets", "make", "--scale", "small")
    assert status == 0
    assert "first: stand-in, small" in text
    assert "second" not in text
    status, text = call("assets", "show")
    assert status == 0
    assert "No data are on this machine yet for second" in text
    assert "grader assets fetch -a second" in text
    assert call("assets", "show", "-a", "second")[0] == 2


def test_a_log_is_told_how_far_it_is(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no bar can be drawn."""
    monkeypatch.setattr(commands, "LINE_S", 0)
    assert "… first: drawing train, 50%" in call("assets", "make", "--scale", "small")[1]


def test_fetched_is_the_only_one_that_can_be(two: Path) -> None:
    """Or the one that is named; what has no address says what to do instead."""
    status, text = call("assets", "fetch")
    assert status == 2
    assert "all.zip could not be fetched" in text
    status, text = call("assets", "fetch", "-a", "first")
    assert status == 2
    assert "no address" in text and "grader assets make -a first" in text


def test_an_own_hidden_split_belongs_to_one(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second assignment that could be made does not get it as well."""
    np.savez(two / "mine.npz", x=np.zeros((3, 4, 4), "float32"), y=np.arange(3))
    status, text = call("assets", "make", "-a", "first", "--hidden", two / "mine.npz")
    assert status == 0
    assert "Hidden: instructor's folder" in text
    write_assignment(two / "assignments", MADE, "third")
    monkeypatch.setattr(commands.assignments, "all_slugs", lambda: ("first", "third"))
    status, text = call("assets", "make", "--hidden", two / "mine.npz")
    assert status == 2
    assert "one assignment only" in text
