"""A submission's way through the stages: what is finished is not done again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from evidence_folder import a_private, put
from graph_samples import NETWORK, final

from grader import assignment, pipeline, pipeline_gather
from grader.intake_sources import Source
from grader.pipeline import Setting, grade
from grader.records import Assets, Measured, Run

REFERENCE = Path(__file__).parent.parent / "reference" / "horses-vs-humans"


class Stages:
    """Stands for the two sandboxes: counts, and does what `ends` says of measuring, in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ends: Any) -> None:
        self.ran, self.ends = 0, list(ends)
        monkeypatch.setattr(pipeline_gather, "execute", self.execute)
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
        assignment=assignment.load("horses-vs-humans"),
        assets=assets,
        sandbox=anything,
        cache=anything,
        out=tmp_path / "runs",
    )


def go(setting: Setting, **more: Any) -> Any:
    source = Source(id="one", path=REFERENCE / "solution.ipynb", shown="one.ipynb")
    return grade(source, setting, lambda stage: None, **more)


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
