"""A submission's way through the stages: what is finished is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from evidence_folder import a_private, put
from graph_samples import NETWORK, final

from grader.assignment import folder as assignment
from grader.intake.read import Notebook
from grader.intake.sources import Source
from grader.pipeline import stages, submission as pipeline
from grader.pipeline.submission import grade
from grader.records import Assets, CellRun, Measured, Run, Submission
from grader.records.cache import Cache
from grader.records.errors import SandboxError
from grader.run import Setting, Work, notebook as run_module

REFERENCE = Path(__file__).parents[2] / "reference" / "horses-vs-humans"


Tried = Callable[..., tuple[Run, list[dict[Any, float]]]]


class Stages:
    """Stands for the two sandboxes: counts, and does what `ends` says of measuring, in turn. Whose
    fault the missing evidence is, nobody asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ends: Any) -> None:
        self.ran, self.ends = 0, list(ends)
        monkeypatch.setattr(run_module, "run_once", self.run_once)
        monkeypatch.setattr(stages, "measure", self.measure)
        monkeypatch.setattr(pipeline, "blamed", lambda evidence, *_: evidence)

    def run_once(self, work: Work, *_: Any, **__: Any) -> Run:
        self.ran += 1
        folder = work.folder
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


def test_two_batches_take_turns_at_an_attempt(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--force` both remove its folder first: not while the other one is at it."""
    stages, inside = Stages(monkeypatch, "not_measurable", "not_measurable"), [0]

    def run_once(*given: Any, **more: Any) -> Run:
        assert inside == [0]
        inside[0] += 1
        time.sleep(0.2)
        inside[0] -= 1
        return stages.run_once(*given, **more)

    monkeypatch.setattr(run_module, "run_once", run_once)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(go, setting, force=True) for _ in range(2)]
    first, second = (done.result() for done in both)
    assert first.model_copy(update={"graded_at": second.graded_at}) == second
    assert stages.ran == 2
    assert not list((setting.folder / "one").glob(".*"))


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
    evidence: Any = SimpleNamespace(run=Run(status="finished"), weights={"base": ()}, measured=None)
    assert pipeline.may_go_on(evidence, tmp_path) is expected


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


@pytest.fixture
def tried(setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tried:
    """Runs in turn: (what ends each of them) → the run that counts; all of them have to be used."""

    def go_on(*ends: Run | Exception) -> tuple[Run, list[dict[Any, float]]]:
        waiting, left_out = list(ends), []

        def run_once(work: Work, progress: Any, allowed: dict[Any, float]) -> Run:
            left_out.append(allowed)
            end = waiting.pop(0)
            if isinstance(end, Exception):
                raise end
            return end

        monkeypatch.setattr(run_module, "run_once", run_once)
        submission = Submission(id="s", file_name="s", sha256="0" * 64, size_bytes=1)
        work = Work(
            submission=submission, notebook=Notebook(cells=()), setting=setting, folder=tmp_path
        )
        run = run_module.run_notebook(work, lambda stage: None)
        assert waiting == []
        return run, left_out

    return go_on


def test_the_cells_after_a_deadly_one_are_run_without_it(tried: Tried) -> None:
    """The run's verdict stays that of the first; only what comes after is from the second."""
    run, left_out = tried(a_run(), SECOND)
    assert left_out == [{}, {(1, 1): 0.0}]
    assert (run.status, run.party, run.cell, run.seconds) == ("died", "student", 1, 5.0)
    assert run.message == f"Cell 2 ended it. {run_module.GOES_ON}"
    assert [cell.status for cell in run.cells] == ["ok", "killed", "ok"]


def test_several_deadly_cells_are_left_out(tried: Tried) -> None:
    """One after the other; what ran away, and the killed statement of a cell, are named by line."""
    statuses: Any = (("ok", "killed", "not_run"), ("timeout", "not_run", "killed"))
    first, second = (
        a_run(
            cell=status.index("killed"),
            cells=tuple(
                CellRun(index=index, status=how, line=7 if how == "killed" else None)
                for index, how in enumerate(status)
            ),
        )
        for status in statuses
    )
    run, left_out = tried(first, second, SECOND)
    briefly = {(0, 1): run_module.BRIEFLY_S}
    assert left_out == [{}, {(1, 7): 0.0}, {(1, 7): 0.0, (2, 7): 0.0} | briefly]
    assert [cell.status for cell in run.cells] == ["ok", "killed", "killed"]
    assert (run.cell, run.message.count(run_module.GOES_ON)) == (1, 1)


@pytest.mark.parametrize(
    "first",
    [SECOND, a_run(limit="wall_s"), a_run(cell=None)],
    ids=["finished", "the whole time was used", "in no cell"],
)
def test_other_ends_are_final(tried: Tried, first: Run) -> None:
    """A second run could not do better."""
    assert tried(first)[0] is first


FAULTS = {
    "no start": SandboxError("The sandbox did not start."),
    "no disk": OSError(28, "No space left on device"),
    "ended by us": Run(status="died", party="ours", limit="host", message="no disk"),
    "ended by us in a cell": a_run(party="ours"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_ours_is_tried_once_more_and_then_held(tried: Tried, fault: Any) -> None:
    """Once is forgotten, twice holds the grade; it is never a student's run that failed."""
    assert tried(fault, SECOND)[0] is SECOND
    held, _ = tried(fault, fault)
    assert (held.status, held.party, held.tier) == ("died", "ours", "bubblewrap")
    assert held.message


def test_a_second_run_that_fails_on_our_side_is_ours(tried: Tried) -> None:
    """Nobody is blamed with half of the evidence: all of it is tried once more."""
    fault = Run(status="died", party="ours", message="no disk")
    assert tried(a_run(), fault, SECOND)[0] is SECOND
    assert tried(a_run(), fault, a_run(), fault)[0].party == "ours"
