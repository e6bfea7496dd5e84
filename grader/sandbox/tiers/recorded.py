"""Tier `replay`: plays back a recorded run. For tests and rubric authors; runs no code at all.

A recording is a folder with `exit.json` (an `Exit`; missing: finished), `out/`, `console.log` and
whatever else the recorder kept. Of a folder of recordings the one named like the job's folder is
taken.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.records import SandboxError
from grader.sandbox.seam import Exit, Job, Running


class Replay:
    """See the module."""

    name = "replay"
    lacks = ("nothing is run: what was recorded is shown again",)

    def __init__(self, recorded: Path) -> None:
        if not recorded.is_dir():
            raise SandboxError(
                f"There is no recorded run in {recorded}.",
                what_to_do="Name it as replay:<folder>.",
            )
        self._recorded = recorded

    def start(self, job: Job) -> Running:
        own = self._recorded / job.folder.name
        return ReplayRunning(job, own if own.is_dir() else self._recorded)


class ReplayRunning:
    """Everything is over at the start."""

    def __init__(self, job: Job, recorded: Path) -> None:
        self.recorded: Path | None = recorded
        self.sock = job.folder / "sock"
        self._names = {"work", "out", "in", "sock", "inside", "home", "tmp", "python"}
        self._names |= {mount.name for mount in job.mounts}
        self._exit = _read_exit(recorded / "exit.json")
        job.folder.mkdir(parents=True, exist_ok=True)
        if (recorded / "out").is_dir():
            shutil.copytree(recorded / "out", job.folder / "out", dirs_exist_ok=True)
        if (recorded / "console.log").is_file():
            shutil.copyfile(recorded / "console.log", job.folder / "console.log")

    def poll(self) -> Exit | None:
        return self._exit

    def wait(self, timeout_s: float | None = None) -> Exit:
        return self._exit

    def kill(self, limit: str, message: str = "") -> None:
        """Nothing to end."""

    def path(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return f"/grader/{name}"


def _read_exit(path: Path) -> Exit:
    if not path.is_file():
        return Exit(status="finished", exit_code=0)
    try:
        return Exit.model_validate_json(path.read_bytes())
    except ValueError as problem:
        raise SandboxError(f"{path} is no recorded exit: {problem}") from problem
