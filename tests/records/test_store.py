"""The run folders: whole files or none, one attempt that counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.records import Run, store


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs the new version, never the old one, and leaves no rubbish."""
    path = tmp_path / "grade.json"
    store.write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["grade.json"]


def test_a_record_comes_back_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    """A half-written or foreign file means: do that stage again."""
    path = tmp_path / "run.json"
    store.save(path, Run(status="finished"))
    assert store.load(path, Run) == Run(status="finished")
    path.write_bytes(path.read_bytes()[:-9])
    assert store.load(path, Run) is None
    assert store.load(tmp_path / "none.json", Run) is None


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    """Equal inputs, the same folder."""
    assert store.digest({"a": 1, "b": [2]}) == store.digest({"b": [2], "a": 1})
    assert store.digest({"a": 1}) != store.digest({"a": 2})


def test_only_the_current_attempt_is_found(tmp_path: Path) -> None:
    """An older attempt stays on disk but does not count."""
    for name in ("one", "two"):
        folder = tmp_path / "ada" / name
        folder.mkdir(parents=True)
        (folder / "evidence.json").write_text("{}")
    store.set_current(tmp_path / "ada" / "two")
    assert list(store.attempts(tmp_path)) == [tmp_path / "ada" / "two"]


def test_a_pointer_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    """Whatever wrote it."""
    (tmp_path / "current").write_text("../elsewhere")
    assert store.current(tmp_path) is None
