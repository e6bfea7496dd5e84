"""From what the host saw to an `Exit`: the status, and whose doing it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.records import REACHED, Limits, Party, RunStatus
from grader.sandbox.seam import Exit

STATUS: Mapping[str, RunStatus] = {
    **{name: limit.status for name, limit in REACHED.items()},
    "host": "died",
}
"""Limit that ended a run → its status."""

_FIRST_SIGNAL = 129
_SIGKILL, _SIGXCPU = 137, 152
_NEAR = 0.9


def finish(limits: Limits, report: Mapping[str, Any]) -> Exit:
    """Read the supervisor's last words.

    `report`: limit, message, exit_code, seconds, cpu_seconds, memory_mb, refused, dismissed (ended
    by the host, which needs no more of it), machine_out_of_memory (how often this machine's kernel
    killed for lack of memory meanwhile).
    """
    limit, code, party = str(report["limit"]), report["exit_code"], "student"
    message = str(report["message"])
    if limit == "host":
        party = "ours"
    elif not limit and code == _SIGXCPU:
        limit, message = "cpu_s", f"it used more than {limits.cpu_s} s of processor time"
    elif not limit and code == _SIGKILL and report.get("machine_out_of_memory"):
        party, message = _lack_of_memory(limits, float(report["memory_mb"]))
        limit = "memory_mb"
    status = STATUS.get(limit, "died") if limit else _status(code)
    return Exit(
        status="finished" if report.get("dismissed") else status,
        party=_party(party),
        exit_code=code,
        limit=limit,
        message=message or ("" if report.get("dismissed") else _message(limit, code)),
        seconds=report["seconds"],
        cpu_seconds=report["cpu_seconds"],
        memory_mb=report["memory_mb"],
        refused=tuple(report.get("refused", ())),
    )


def _status(code: int | None) -> RunStatus:
    if code is None or code >= _FIRST_SIGNAL:
        return "died"
    return "finished" if code == 0 else "student_error"


def _lack_of_memory(limits: Limits, peak_mb: float) -> tuple[Party, str]:
    """The kernel killed it. Ours only if it was well below what we had promised it."""
    if peak_mb >= _NEAR * limits.memory_mb:
        return "student", f"it used more than {limits.memory_mb} MB of memory"
    return "ours", "this machine ran out of memory"


def _party(word: str) -> Party:
    return "ours" if word == "ours" else "student"


def _message(limit: str, code: int | None) -> str:
    if limit:
        return f"ended at the limit {limit}"
    if code is not None and code >= _FIRST_SIGNAL:
        return f"the process was ended by signal {code - 128}"
    return ""
