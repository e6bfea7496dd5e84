"""Playing back a recorded run: what was executed then is the answer now."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydantic import ValidationError

from grader.records import Run, SandboxError
from grader.sandbox import Running


def replayed(running: Running, folder: Path) -> Run:
    """The recorded run, its files copied. Raises SandboxError where there is none."""
    recorded = running.recorded
    if recorded is None:
        raise SandboxError("This sandbox plays nothing back.")
    running.wait()
    try:
        run = Run.model_validate_json((recorded / "run.json").read_bytes())
    except (OSError, ValidationError) as problem:
        raise SandboxError(f"{recorded.name} holds no recorded run.") from problem
    executed = recorded / "executed.ipynb"
    if executed.is_file():
        shutil.copyfile(executed, folder / "executed.ipynb")
    return run.model_copy(update={"tier": "replay"})
