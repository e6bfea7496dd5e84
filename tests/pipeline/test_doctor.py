"""Whether this machine can grade: each *no* comes with advice."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from grader.pipeline import doctor
from grader.pipeline.doctor import examine


@pytest.mark.slow
def test_every_line_that_is_no_good_comes_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the Python itself."""
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    bad = [line for line in examine() if not line.ok]
    assert any(line.what == "Python" for line in bad)
    assert all(line.what_to_do for line in bad)


@pytest.mark.parametrize("compiled", [True, False])
def test_missing_bytecode_is_said_and_hinders_nobody(
    compiled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some installers leave it out; then every cold start of TensorFlow takes seconds more."""
    module = tmp_path / "tensorflow" / "__init__.py"
    kept = Path(importlib.util.cache_from_source(module))
    kept.parent.mkdir(parents=True)
    if compiled:
        kept.touch()
    spec = importlib.util.spec_from_file_location("tensorflow", module)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    (line,) = doctor.bytecode()
    assert line.ok
    assert line.seen.startswith("no:") is not compiled
    assert line.what_to_do.endswith(f"-m compileall -q {tmp_path}")
