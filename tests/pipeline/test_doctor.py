"""Whether this machine can grade: each *no* comes with advice."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.pipeline import doctor
from grader.pipeline.doctor import examine
from grader.records import temporary


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


def test_what_a_killed_grader_left_is_said_before_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying a tier makes a folder, and the first one that is made removes them."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(temporary, "SHORT", tmp_path)
    temporary._clear_once.cache_clear()
    program = "from grader.records import make_scratch; print(make_scratch('run'))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    folder = Path(done.stdout.strip())
    (folder / "large").write_bytes(b"x" * 3_000_000)
    monkeypatch.setattr(doctor, "_tiers", lambda: [temporary.make_scratch("probe"), []][1])
    lines = {line.what: line.seen for line in examine()}
    assert lines["left behind"] == "no: 1 temporary folders of killed graders, 3 MB"
    assert not folder.exists()
    assert "free disk for temporary files" in lines


@pytest.mark.parametrize("there", [(), ("first",), ("first", "second")])
def test_data_of_one_assignment_are_enough(
    there: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who grades one need not make those of all; who has none cannot grade."""

    def looked_at(slug: str) -> doctor.Examined:
        return doctor.Examined(what=f"data of {slug}", ok=slug in there, seen="", what_to_do="make")

    monkeypatch.setattr(doctor, "all_slugs", lambda: ("first", "second"))
    monkeypatch.setattr(doctor, "_data", looked_at)
    monkeypatch.setattr(doctor, "_lacking", lambda: ())
    rows = {row.what: row for row in examine(tiers=False) if row.what.startswith("data")}
    assert [what for what, row in rows.items() if not row.ok] == ([] if there else ["data"])
    lacking = [slug for slug in ("first", "second") if slug not in there]
    assert [what for what, row in rows.items() if row.seen.startswith("no:")] == [
        f"data of {slug}" for slug in lacking
    ]
    assert not any(row.what.startswith("data") for row in examine(tiers=False, data=False))
