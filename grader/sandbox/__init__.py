"""Where strangers' code runs. One seam, four tiers; the strongest that works here is chosen.

`choose()` probes by doing: the real profile runs a small program that checks its own walls.
"""

from __future__ import annotations

from grader.limits import Limits
from grader.sandbox.choice import TIERS, choose, survey
from grader.sandbox.seam import (
    Exit,
    Job,
    Mount,
    Running,
    Sandbox,
    TierReport,
)

__all__ = [
    "TIERS",
    "Exit",
    "Job",
    "Limits",
    "Mount",
    "Running",
    "Sandbox",
    "TierReport",
    "choose",
    "run",
    "survey",
]


def run(sandbox: Sandbox, job: Job, timeout_s: float | None = None) -> Exit:
    """Start and wait. SandboxError when it could not be started."""
    running = sandbox.start(job)
    try:
        return running.wait(timeout_s)
    except BaseException:
        running.kill("host", "the grader was stopped")
        raise
