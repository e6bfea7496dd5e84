"""A submission's way through the stages: what is finished is not done again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from evidence_folder import a_private, put
from graph_samples import NETWORK, final

from grader.assignment import folder as assignment
from grader.intake.sources import Source
from grader.pipeline import gather as pipeline_gather, submission as pipeline
from grader.pipeline.submission import Setting, grade
from grader.records import Assets, CellRun, Measured, Run
from grader.records.cache import Cache
from grader.records.errors import SandboxError
from grader.run import tries as pipeline_run

REFERENCE = Path(__file__).parents[2] / "reference" / "horses-vs-humans"


class Stages:
    """Stands for the two sandboxes: counts, and does what `ends` says of measuring, in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ends: Any) -> None:
        self.ran, self.ends = 0, list(ends)
        monkeypatch.setattr(pipeline_run, "execute", self.execute)
        monkeypatch.setattr(pipeline_gather, "measure", self.measure)

    def execute(self, *_: Any, folder: Path, **__: Any) -> Run:
        self.ran += 1
        (folder / "out").mkdir(exist_ok=True)
        put(folder / "out", "graph_final.json", final())
        return Run(status="finished", tier="bubblewrap")

    def measure(self, *_: Any, **__: Any) -> Measured:
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return Measured(status=end, message="said")


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    record = Assets(kind="stand-in", scale="small", sha256="0" * 64)
    private = tmp_path / "private"
    private.mkdir()
    prints = a_private(private) / "fingerprints.json"
    assets: Any = SimpleNamespace(
        base_graph=NETWORK, fingerprints=prints, record=record, hidden_kind="stand-in"
    )
    anything: Any = SimpleNamespace(name="bubblewrap", lacks=())
    return Setting(
        assignment=assignment.load_assignment("horses-vs-humans"),
        assets=assets,
        sandbox=anything,
        cache=Cache(tmp_path / "cache"),
        out=tmp_path / "runs",
    )


def go(setting: Setting, **more: Any) -> Any:
    source = Source(id="one", path=REFERENCE / "solution.ipynb", shown="one.ipynb")
    return grade(source, setting, lambda stage: None, **more)


@pytest.mark.slow
def test_what_was_killed_while_measuring_is_not_run_again(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence of the run is on disk before measuring begins."""
    stages = Stages(monkeypatch, KeyboardInterrupt(), "ok")
    with pytest.raises(KeyboardInterrupt):
        go(setting)
    assert not go(setting).held
    assert stages.ran == 1


def test_a_finished_submission_is_only_judged_again(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is forced."""
    stages = Stages(monkeypatch, "not_measurable", "not_measurable")
    first = go(setting)
    assert go(setting) == first
    assert stages.ran == 1
    go(setting, force=True)
    assert stages.ran == 2


def test_measuring_that_failed_is_tried_twice_then_held_then_tried_anew(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours is never a zero, and costs no second run of the notebook."""
    stages = Stages(monkeypatch, "failed", "failed", "not_measurable")
    assert go(setting).held
    assert not go(setting).held
    assert (stages.ran, stages.ends) == (1, [])


def test_weights_that_are_gone_are_made_again(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measuring reads the arrays of the run: without them the notebook has to run once more."""
    stages = Stages(monkeypatch, KeyboardInterrupt(), "not_measurable")
    with pytest.raises(KeyboardInterrupt):
        go(setting)
    monkeypatch.setattr(pipeline, "may_go_on", lambda evidence, attempt: False)
    go(setting)
    assert stages.ran == 2


@pytest.mark.parametrize(("array", "expected"), [(False, False), (True, True)])
def test_whether_only_measuring_is_missing(
    setting: Setting, tmp_path: Path, array: bool, expected: bool
) -> None:
    """Named arrays have to lie in `out/`."""
    (tmp_path / "out").mkdir()
    if array:
        (tmp_path / "out" / "weights_base.bin").write_bytes(b"")
    evidence: Any = SimpleNamespace(run=Run(status="finished"), weights={"base": ()})
    assert pipeline_gather.may_go_on(evidence, tmp_path) is expected


def a_run(limit: str = "died", cell: int | None = 1, **more: Any) -> Run:
    """A run of three cells that ended in the second."""
    cells = tuple(
        CellRun(index=index, status=status)
        for index, status in enumerate(("ok", "killed", "not_run"))
    )
    first: dict[str, Any] = {"status": "died", "party": "student", "message": "Cell 2 ended it."}
    return Run(**(first | {"limit": limit, "cell": cell, "cells": cells, "seconds": 2.0} | more))


SECOND = Run(
    status="finished",
    cells=tuple(
        CellRun(index=index, status=status) for index, status in enumerate(("ok", "not_run", "ok"))
    ),
    seconds=3.0,
)


def test_the_cells_after_a_deadly_one_are_run_without_it() -> None:
    """The run's verdict stays that of the first; only what comes after is from the second."""
    asked: list[int | None] = []

    def once(without: int | None) -> Run:
        asked.append(without)
        return a_run() if without is None else SECOND

    run = pipeline_run.gone_on(once)
    assert asked == [None, 1]
    assert (run.status, run.party, run.cell, run.seconds) == ("died", "student", 1, 5.0)
    assert run.message == f"Cell 2 ended it. {pipeline_run.GOES_ON}"
    assert [cell.status for cell in run.cells] == ["ok", "killed", "ok"]


@pytest.mark.parametrize(
    "first",
    [SECOND, a_run(limit="wall_s"), a_run(cell=None), a_run(party="ours")],
    ids=["finished", "the whole time was used", "in no cell", "ours"],
)
def test_other_ends_are_final(first: Run) -> None:
    """A second run could not do better, or is the business of the retry."""
    runs = [first]
    assert pipeline_run.gone_on(lambda _: runs.pop()) is first


FAULTS = {
    "no start": SandboxError("The sandbox did not start."),
    "no disk": OSError(28, "No space left on device"),
    "ended by us": Run(status="died", party="ours", limit="host", message="no disk"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_ours_is_tried_once_more_and_then_held(setting: Setting, fault: Any) -> None:
    """Once is forgotten, twice holds the grade; it is never a student's run that failed."""

    def tried(*ends: Any) -> Run:
        waiting = list(ends)

        def once(without: int | None) -> Run:
            end = waiting.pop(0)
            if isinstance(end, BaseException):
                raise end
            run: Run = end
            return run

        found = pipeline_run._tried(once, setting, lambda stage: None)
        assert waiting == []
        return found

    assert tried(fault, SECOND) is SECOND
    held = tried(fault, fault)
    assert (held.status, held.party, held.tier) == ("died", "ours", "bubblewrap")
    assert held.message


def test_a_second_run_that_fails_on_our_side_is_ours() -> None:
    """Nobody is blamed with half of the evidence."""
    fault = Run(status="died", party="ours", message="no disk")
    assert pipeline_run.gone_on(lambda without: a_run() if without is None else fault) is fault
