"""Many submissions: one that goes wrong never stops the others."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from grader import batch
from grader.batch import Admission, Board
from grader.errors import SandboxError
from grader.intake_sources import Source
from grader.pipeline import Setting
from grader.records import Grade

SETTING = cast(Setting, None)


def sources(*names: str) -> list[Source]:
    return [Source(id=name, path=Path(name), shown=name) for name in names]


def grading(monkeypatch: pytest.MonkeyPatch, behaviour: dict[str, Any]) -> None:
    def fake(source: Source, setting: Setting, progress: Any, *, force: bool) -> Grade | None:
        progress("run")
        does = behaviour.get(source.id)
        if isinstance(does, Exception):
            raise does
        if callable(does):
            does()
        return None

    monkeypatch.setattr(batch, "grade_one", fake)


def test_one_that_fails_does_not_stop_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a fault of ours, nor a full disk, nor a bug; each is said by name."""
    grading(
        monkeypatch,
        {"a": SandboxError("no start"), "b": OSError(28, "No space left"), "c": KeyError("x")},
    )
    done = batch.run(sources("a", "b", "c", "d"), SETTING, jobs=2)
    assert [outcome.source.id for outcome in done] == ["a", "b", "c", "d"]
    assert [bool(outcome.problem) for outcome in done] == [True, True, True, False]
    assert "No space" in done[1].problem
    assert "bug of ours" in done[2].problem


def test_no_more_run_at_once_than_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores, two runs."""
    lock, now, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1

    names = [f"s{number}" for number in range(9)]
    grading(monkeypatch, dict.fromkeys(names, work))
    batch.run(sources(*names), SETTING, jobs=2)
    assert most == 2


def test_nothing_starts_that_does_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run always starts; a second one only when its need is free."""
    memory = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=3_000_000_000))
    admission = Admission(jobs=4)
    assert admission.may_start(0)
    assert not admission.may_start(1)


def test_a_stop_keeps_what_is_done_and_starts_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The board says what was finished."""
    board = Board(total=3)
    grading(monkeypatch, {"a": board.stopped.set})
    done = batch.run(sources("a", "b", "c"), SETTING, jobs=1, board=board)
    assert [outcome.source.id for outcome in done] == ["a"]
    assert board.flying == {}
