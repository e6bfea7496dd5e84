"""What `grader new` writes grades as it is: the solution gets everything, cases what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_calls import call

from grader.records import Grade, current, load

pytestmark = [pytest.mark.sandbox, pytest.mark.tensorflow]


def test_from_nothing_to_a_graded_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands that it prints, and then all its notebooks at once."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "home"))
    assert call("new", "my-first", "--into", tmp_path)[0] == 0
    folder, reference = tmp_path / "assignments" / "my-first", tmp_path / "reference" / "my-first"
    status, text = call("assets", "make", "-a", folder)
    assert status == 0, text
    runs = tmp_path / "runs"
    notebooks = [*sorted(reference.glob("*.ipynb")), reference / "cases"]
    status, text = call("grade", *notebooks, "-a", folder, "--out", runs, "--jobs", "1")
    assert status == 0, text
    for name, case in json.loads((reference / "expected.json").read_text()).items():
        attempt = current(runs / "my-first" / name)
        grade = load(attempt / "grade.json", Grade) if attempt else None
        assert grade is not None, (name, text)
        seen = {verdict.criterion: verdict.status for verdict in grade.verdicts}
        expected = {id_: case["verdicts"].get(id_, case["others"]) for id_ in seen}
        differ = {id_: seen[id_] for id_ in seen if seen[id_] != expected[id_]}
        assert differ == {}, (name, [v.message for v in grade.verdicts])
