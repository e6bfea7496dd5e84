"""The whole pipeline on the tier `replay`: milliseconds a submission, no TensorFlow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evidence_folder import a_private, put
from graph_samples import NETWORK

from grader import assignment
from grader.cache import Cache
from grader.pipeline import Setting
from grader.records import Assets, Run
from grader.sandbox.replay import Replay
from grader.store import save


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
        assignment=assignment.load("horses-vs-humans"),
        assets=assets,
        sandbox=Replay(recorded),
        cache=Cache(tmp_path / "cache"),
        out=tmp_path / "runs",
    )
