"""The whole pipeline on the tier `replay`: milliseconds a submission, no TensorFlow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evidence_folder import a_private, put
from graph_samples import NETWORK

from grader.assignment import folder as assignment
from grader.records import Assets, Run
from grader.records.cache import Cache
from grader.records.store import save
from grader.run import Setting
from grader.sandbox.tiers.recorded import Replay


def replaying(tmp_path: Path) -> Setting:
    """Every submission is answered by one recorded run, without a model to be measured."""
    recorded = tmp_path / "recorded"
    (recorded / "out").mkdir(parents=True)
    save(recorded / "run.json", Run(status="finished", seconds=1.0, memory_mb=100.0))
    put(recorded / "out", "answers.json", {})
    private = tmp_path / "private"
    private.mkdir()
    assets: Any = SimpleNamespace(
        base_graph=NETWORK,
        fingerprints=a_private(private) / "fingerprints.json",
        record=Assets(kind="stand-in", scale="small", sha256="0" * 64),
        hidden_kind="stand-in",
        recipe_epochs=1,
        student=private,
    )
    return Setting(
        assignment=assignment.load_assignment("horses-vs-humans"),
        assets=assets,
        sandbox=Replay(recorded),
        cache=Cache(tmp_path / "cache"),
        out=tmp_path / "runs",
    )
