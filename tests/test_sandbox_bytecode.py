"""Bytecode of what runs inside is made on the host: a sandbox could not keep it."""

from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from grader.sandbox import runtime


def bytecode(folder: Path) -> Path:
    """Where it is to be for the one module that the folder gets."""
    folder.mkdir(exist_ok=True)
    source = folder / "one.py"
    source.write_text("ONE = 1\n")
    return Path(cache_from_source(str(source)))


def compile_in(*folders: Path) -> None:
    runtime.compile_ours.cache_clear()
    runtime.compile_ours(folders)


@pytest.fixture(autouse=True)
def _as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_made_once(tmp_path: Path) -> None:
    """Both folders, and not again while the sources stay as they are."""
    made = [bytecode(tmp_path / name) for name in ("inside", "guard")]
    compile_in(tmp_path / "inside", tmp_path / "guard")
    before = [path.stat().st_mtime_ns for path in made]
    compile_in(tmp_path / "inside", tmp_path / "guard")
    assert [path.stat().st_mtime_ns for path in made] == before


def test_not_made_where_python_is_to_write_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = bytecode(tmp_path / "inside")
    compile_in(tmp_path / "inside")
    assert not made.exists()


def test_a_place_that_cannot_be_written_is_left(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As root no permission keeps anybody from writing; a file in the way does."""
    made = bytecode(tmp_path / "inside")
    made.parent.write_text("in the way")
    compile_in(tmp_path / "inside", tmp_path / "missing")
    assert made.parent.read_text() == "in the way"
    assert capfd.readouterr() == ("", "")
