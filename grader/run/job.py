"""What a notebook's sandbox is told: mounts, links, environment, settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.assignment.data import AssetStore
from grader.intake import Notebook
from grader.run.preload import preload
from grader.sandbox import Job, Mount

PINNED = {
    # Numbers depend on these; a notebook may still set its own before it imports TensorFlow.
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTEROP_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
KERNEL = (
    "import sys; sys.path.append(sys.argv[1]); from grader_inside.asking.main import main; "
    "main(sys.argv[2])"
)
"""Our package comes last: whatever a notebook imports wins, and nothing else of ours is there."""
ARCHIVES = "{archives}"
OWN_SYSTEM = ("warm", "bubblewrap")
"""Tiers in which `/tmp` and what stands beside it belong to the sandbox alone."""


def prepared(
    assignment: Assignment,
    assets: AssetStore,
    folder: Path,
    archives: Path | None,
    settings: dict[str, Any],
    tier: str,
    threads: int,
    notebook: Notebook,
) -> Job:
    """The job; writes `in/settings.json`, which says to the kernel what it needs to know.

    archives: folder with the zip files of the assignment, None when they are not wanted.
    settings: how it is done. tier: of the sandbox; not all have the root to themselves. threads:
    of TensorFlow. notebook: whose process may have been started warm.
    """
    own_system = tier in OWN_SYSTEM
    there = {"data": assets.student} | ({"archives": archives} if archives else {})
    told = {
        **settings,
        "delivered": assignment.delivered,
        "archives": assignment.archives,
        "places": assignment.places if own_system else {},
    }
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "settings.json").write_text(json.dumps(told), encoding="utf-8")
    legacy = {"TF_USE_LEGACY_KERAS": "1"} if settings["keras"] == "2" else {}
    env = {**PINNED, **_threads(threads), **legacy}
    return Job.model_validate(
        {
            "argv": (sys.executable, "-P", "-s", "-c", KERNEL, "{inside}", "{in}/kernel.json"),
            "folder": folder,
            "mounts": tuple(Mount(name=name, source=place) for name, place in there.items()),
            "links": _links(assignment, archives),
            "roots": assignment.roots if own_system else {},
            "env": env,
            "preload": preload(notebook, env),
            "limits": assignment.limits,
        }
    )


def _links(assignment: Assignment, archives: Path | None) -> dict[str, str]:
    every = assignment.links.items()
    return {name: target for name, target in every if archives or ARCHIVES not in target}


def _threads(count: int) -> dict[str, str]:
    return {"TF_NUM_INTRAOP_THREADS": str(count), "OMP_NUM_THREADS": str(count)}
