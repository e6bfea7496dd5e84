"""`grader hook` with a pipeline that stops at a stage, for a process that can be killed there.

Everything around the pipeline is the real thing. It waits at `stop`, if that is a stage.
"""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from evidence_samples import assignment as ours, evidence, measured
from tiny_assignment import put

from grader.judge.grade import judge
from grader.pipeline import hook as cli_hook
from grader.records import Evidence, Grade
from grader.records.store import save

PAGE = Path(__file__).parents[2] / "docs" / "platforms" / "coursera.md"
PARTS = textwrap.dedent(PAGE.read_text().split("```toml\n")[1].split("```")[0])
"""`parts.toml` as an instructor copies it from the page."""
CALLS = [f"{function}()" for function in ours().functions]
"""By these a notebook is recognised that holds nothing else."""
STAGES = ("intake", "run", "collect", "measure", "judge", "report")


def main(platform: str, folder: Path, stop: str, failed: bool, limit_s: float) -> None:
    """Ends the process with the status of the hook; what it says is in `folder/said`."""
    os.environ["GRADER_TIMEOUT_S"] = str(limit_s)
    os.environ.pop("partId", None)
    notebook = folder / "my.ipynb"
    if not notebook.exists():
        put(notebook, *CALLS)
    cli_hook.grade = lambda source, setting, progress: pipeline(  # type: ignore[attr-defined]
        setting.folder / source.id / "attempt", progress, stop, failed
    )
    cli_hook.find_data = lambda assignment: None  # type: ignore[assignment,attr-defined]
    options = {"out": str(folder / "out"), **parts(platform, folder)}
    with (folder / "said").open("w") as sys.stdout:
        status = cli_hook.grade_here(
            platform, ours(), (), options=options, out=folder / "runs", submission=notebook,
            sandbox="none",
        )  # fmt: skip
    sys.exit(status)


def parts(platform: str, folder: Path) -> dict[str, str]:
    """One of the parts of the assignment on Coursera, as our page shows them."""
    if platform != "coursera":
        return {}
    (folder / "parts.toml").write_text(PARTS)
    return {"parts": str(folder / "parts.toml"), "part": "fInA4"}


def pipeline(attempt: Path, progress: Any, stop: str, failed: bool) -> Grade:
    """The stages in their order, with the files that each of them leaves."""
    found: Evidence = evidence(measured=None)
    for stage in STAGES:
        if stage == "measure":
            save(attempt / "evidence.json", found)
        progress(stage)
        if stage == stop:
            attempt.parent.mkdir(parents=True, exist_ok=True)
            (attempt.parent / "stopped").touch()
            time.sleep(60)
    status = "failed" if failed else "ok"
    return judge(ours(), found.model_copy(update={"measured": measured(250, status=status)}))
