"""Benchmarks start, and say in a line what they lack; their figures are in docs/benchmarks.md."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted(
    path.stem
    for path in (ROOT / "benchmarks").glob("*.py")
    if "def main(" in path.read_text() and not path.stem.startswith("_")
)


def started(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, **({"GRADER_HOME": str(home)} if home else {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_without_the_full_stand_in_one_line_says_what_to_run(tmp_path: Path) -> None:
    """`make bench` on a fresh machine: nothing is begun, no stack."""
    done = started("benchmarks", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.endswith("Run `grader assets make --scale full`.")


@pytest.mark.slow
def test_the_size_of_the_house_is_counted() -> None:
    """Three loose modules; cli stands on others, and nothing on cli."""
    done = started("benchmarks.house")
    assert done.returncode == 0, done.stderr
    assert "| loose modules | 3 |" in done.stdout
    assignments = {path.parent.name for path in ROOT.glob("assignments/*/assignment.toml")}
    assert assignments <= {line[2:].split(" | ")[0] for line in done.stdout.splitlines()}
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.count(" | ") == 3]
    assert any(row[0] == "| cli" for row in rows)
    assert not any("cli" in row[-1] for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in ("heads", "house")])
def test_each_benchmark_starts(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a module of the repository; its help needs no TensorFlow and no data."""
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"benchmarks.{name}").main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: {name}.py")
