"""Many submissions: one that goes wrong never stops the others."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest
from samples import sample_grades

from grader.intake.sources import Source
from grader.pipeline import all_for, batch, tasks
from grader.pipeline.batch import Admission, Board
from grader.records import Grade
from grader.records.errors import SandboxError
from grader.run import Setting

HOMEWORK = SimpleNamespace(slug="hw", title="Homework", max_points=10.0, sha256="0" * 64)
SETTING = cast(Setting, SimpleNamespace(folder=Path("runs") / "hw", assignment=HOMEWORK))
GRADE = sample_grades()["right"]


def sources(*names: str) -> list[Source]:
    return [Source(id=name, path=Path(name), shown=name) for name in names]


def grading(monkeypatch: pytest.MonkeyPatch, behaviour: dict[str, Any]) -> None:
    def fake(source: Source, setting: Setting, progress: Any, *, force: bool) -> Grade:
        progress("run")
        does = behaviour.get(source.id)
        if isinstance(does, Exception):
            raise does
        if callable(does):
            does()
        return GRADE

    monkeypatch.setattr(tasks, "grade", fake)


def test_one_that_fails_does_not_stop_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a fault of ours, nor a full disk, nor a bug; each is said by name, and in the class
    they are held: nobody who handed something in is missing there."""
    grading(
        monkeypatch,
        {"a": SandboxError("no start"), "b": OSError(28, "No space left"), "c": KeyError("x")},
    )
    done = batch.grade_all(all_for(SETTING, sources("a", "b", "c", "d")), jobs=2)
    assert [outcome.source.id for outcome in done] == ["a", "b", "c", "d"]
    assert [bool(outcome.problem) for outcome in done] == [True, True, True, False]
    assert "disk is full" in done[1].problem
    assert "bug of ours" in done[2].problem
    shown = batch.final_grades(done)
    assert [grade.held for grade in shown] == [True, True, True, False]
    assert [grade.submission.id for grade in shown[:3]] == ["a", "b", "c"]
    assert "not graded: no start" in shown[0].held_because


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
    batch.grade_all(all_for(SETTING, sources(*names)), jobs=2)
    assert most == 2


def test_nothing_starts_that_does_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run always starts; a second one only when its need is free."""
    memory = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=3_000_000_000))
    admission = Admission(jobs=4)
    assert admission.may_start(0)
    assert not admission.may_start(1)


def test_what_a_young_run_will_take_is_not_given_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """12 GB free, three promised to each: a third run would not fit, though all is still free."""
    memory = psutil.virtual_memory()
    free = memory._replace(available=10_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    admission = Admission(jobs=4)
    for running, expected in enumerate((True, True, False)):
        assert admission.may_start(running) is expected
        admission.started()
    monkeypatch.setattr(batch, "YOUNG_S", 0.0)
    assert admission.may_start(2), "by now what they need is taken, and no longer counted twice"


def test_what_a_run_needs_is_learned_by_edition() -> None:
    """The hungriest one decides; a run without a figure teaches nothing."""
    admission = Admission(jobs=2)
    assert admission.need_mb() == batch.FIRST_NEED_MB
    for edition, used in (("c", 800.0), ("a", 1200.0), ("c", 700.0), ("b", 0.0)):
        run = SimpleNamespace(memory_mb=used)
        admission.learn(
            cast(Grade, SimpleNamespace(assignment="hw", submission=Edition(edition), run=run))
        )
    assert admission.need_mb() == 1200 * batch.HEADROOM


class Edition(SimpleNamespace):
    """A submission as far as admission looks."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision=revision)


@pytest.mark.slow
def test_an_interrupt_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may take minutes; Ctrl-C takes effect at once."""
    release = threading.Event()
    grading(monkeypatch, {"a": lambda: release.wait(30)})

    def interrupt(board: Board) -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        batch.grade_all(all_for(SETTING, sources("a", "b")), jobs=1, tick=interrupt)
    assert time.monotonic() - began < 5
    release.set()


def test_what_fails_after_an_interrupt_is_no_news(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The machines or the files that it needs are gone by then. The board says what was done."""
    stopped, board = threading.Event(), Board(total=3)

    def fails_late() -> None:
        stopped.wait(30)
        raise SandboxError("the scheduler is gone")

    def interrupt(board: Board) -> None:
        if board.done:
            raise KeyboardInterrupt

    grading(monkeypatch, {"b": fails_late})
    with pytest.raises(KeyboardInterrupt):
        batch.grade_all(all_for(SETTING, sources("a", "b")), jobs=2, board=board, tick=interrupt)
    stopped.set()
    while board.flying:
        time.sleep(0.01)
    assert [outcome.source.id for outcome in board.done] == ["a"]
    assert not caplog.records
