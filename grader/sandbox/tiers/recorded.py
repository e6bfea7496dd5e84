"""Tier `replay`: plays back a recorded run. For tests and rubric authors; runs no code at all.

A recording is a folder with `exit.json` (an `Exit`; missing: finished), `out/`, `console.log` and,
of a notebook, `run.json` (a `Run`) and `executed.ipynb`. Of a folder of recordings the one named
like the job's folder is taken.
"""

import shutil
from pathlib import Path

from grader.records import Run, SandboxError
from grader.sandbox.seam import Exit, Job, Running, Sandbox


class Replay(Sandbox):
    name = "replay"
    lacks = ("nothing is run: what was recorded is shown again",)

    def __init__(self, recordings: Path) -> None:
        if not recordings.is_dir():
            raise SandboxError(
                f"There is no recorded run in {recordings}.",
                what_to_do="Name it as replay:<folder>.",
            )
        self._recordings = recordings

    def start(self, job: Job) -> Running:
        return ReplayRunning(job, self._recording(job))

    def recorded(self, job: Job) -> Run | None:
        recording = self._recording(job)
        ReplayRunning(job, recording)
        try:
            run = Run.model_validate_json((recording / "run.json").read_bytes())
        except (OSError, ValueError) as problem:
            raise SandboxError(f"{recording.name} holds no recorded run.") from problem
        if (recording / "executed.ipynb").is_file():
            shutil.copyfile(recording / "executed.ipynb", job.folder / "executed.ipynb")
        return run.model_copy(update={"tier": self.name})

    def _recording(self, job: Job) -> Path:
        own = self._recordings / job.folder.name
        return own if own.is_dir() else self._recordings


class ReplayRunning:
    """Everything is over at the start."""

    def __init__(self, job: Job, recording: Path) -> None:
        self.sock = job.folder / "sock"
        self.env: dict[str, str] = {}
        self._exit = Exit(status="finished", exit_code=0)
        if (path := recording / "exit.json").is_file():
            try:
                self._exit = Exit.model_validate_json(path.read_bytes())
            except ValueError as problem:
                raise SandboxError(f"{path} is no recorded exit: {problem}") from problem
        job.folder.mkdir(parents=True, exist_ok=True)
        if (recording / "out").is_dir():
            shutil.copytree(recording / "out", job.folder / "out", dirs_exist_ok=True)
        if (recording / "console.log").is_file():
            shutil.copyfile(recording / "console.log", job.folder / "console.log")

    def poll(self) -> Exit | None:
        return self._exit

    def wait(self, timeout_s: float | None = None) -> Exit:
        return self._exit

    def kill(self, limit: str, message: str = "") -> None:
        """Nothing to end."""
