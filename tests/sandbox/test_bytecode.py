"""Bytecode is kept on the host, also that of packages: a sandbox cannot keep any."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from grader.sandbox.machine import runtime
from grader.sandbox.tiers.templates import Template


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


@pytest.mark.sandbox
@pytest.mark.parametrize("writes", [True, False])
def test_a_template_keeps_the_bytecode_of_packages(
    writes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some installers make none, and each cold start would compile TensorFlow's anew."""
    monkeypatch.setattr(sys, "dont_write_bytecode", not writes)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    made = bytecode(packages)
    template = Template(
        str(tmp_path / "venv" / "bin" / "python"),
        ("-s",),
        {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
        ("one",),
    )
    assert template._heard(60) == b"ready"
    template.close()
    assert made.exists() is writes
