"""A run's folder as the trust boundary finds it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graph_samples import NETWORK, final, network

from grader.evidence.collect import collect_evidence
from grader.records import Assets, Evidence, Run, Submission

FUNCTIONS = ("train_val_datasets", "create_final_model")
KERNEL = bytes(range(256)) * 14
"""Stands for the 3×3×3×32 float32 numbers of the first convolution (3456 bytes used)."""
FIRST = KERNEL[:3456]


def a_private(folder: Path) -> Path:
    """What the host knows of the pretrained weights."""
    prints = [
        {
            "layer": "conv2d",
            "name": "kernel",
            "shape": [3, 3, 3, 32],
            "dtype": "float32",
            "sha256": hashlib.sha256(FIRST).hexdigest(),
        }
    ]
    (folder / "fingerprints.json").write_text(json.dumps(prints))
    return folder


def an_out(tmp_path: Path) -> Path:
    """A run's `out/` with everything right in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    put(folder, "answers.json", {"create_final_model": {"status": "ok", "value": 1, "error": ""}})
    base = network().model_dump(mode="json")
    for one in base["layers"]:
        del one["reference"]
    put(folder, "graph_base.json", base)
    put(folder, "graph_final.json", final())
    put(folder, "weights_base.json", listed())
    (folder / "weights_base.bin").write_bytes(FIRST)
    return folder


def put(folder: Path, name: str, value: Any) -> None:
    (folder / name).write_text(json.dumps(value))


def listed(**more: Any) -> list[dict[str, Any]]:
    shape = [3, 3, 3, 32]
    one = {"layer": "conv2d", "name": "kernel", "shape": shape, "dtype": "float32"}
    return [{**one, "offset": 0, "nbytes": 3456, **more}]


def gather(folder: Path, private: Path) -> Evidence:
    """Collect what lies in `folder/out`."""
    record = Assets(kind="stand-in", scale="small", sha256="0" * 64)
    assets: Any = SimpleNamespace(
        base_graph=NETWORK, fingerprints=private / "fingerprints.json", record=record
    )
    assignment: Any = SimpleNamespace(slug="horses-vs-humans", functions=FUNCTIONS)
    submission = Submission(id="s", file_name="s.ipynb", sha256="0" * 64, size_bytes=1)
    return collect_evidence(
        folder,
        assignment=assignment,
        submission=submission,
        run=Run(status="finished"),
        assets=assets,
        asked={"seed": 1},
    )
