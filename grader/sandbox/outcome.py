"""From what the host saw to an `Exit`: the status, and whose doing it was."""

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
    killed for lack of memory meanwhile)."""
    limit, code, message = str(report["limit"]), report["exit_code"], str(report["message"])
    party: Party = "ours" if limit == "host" else "student"
    dismissed = report.get("dismissed")
    # The kernel's own limit of processor time: where our watchdog did not come to look before.
    spent = float(report["cpu_seconds"]) > limits.cpu_s and not dismissed
    if not limit and (code == _SIGXCPU or (code == _SIGKILL and spent)):
        limit = "cpu_s"
    elif not limit and code == _SIGKILL and report.get("machine_out_of_memory"):
        limit = "memory_mb"
        # Ours only if it was well below what we had promised it.
        if float(report["memory_mb"]) < _NEAR * limits.memory_mb:
            party, message = "ours", "this machine ran out of memory"
    status: RunStatus
    if limit:
        status = STATUS.get(limit, "died")
        does = REACHED[limit].does.format(limits=limits) if limit in REACHED else ""
        message = message or (f"it {does}" if does else f"ended at the limit {limit}")
    elif code is None or code >= _FIRST_SIGNAL:
        status = "died"
        if code is not None and not dismissed:
            message = message or f"the process was ended by signal {code - 128}"
    else:
        status = "finished" if code == 0 else "student_error"
    return Exit(
        status="finished" if dismissed else status,
        party=party,
        exit_code=code,
        limit=limit,
        message=message,
        seconds=report["seconds"],
        cpu_seconds=report["cpu_seconds"],
        memory_mb=report["memory_mb"],
        refused=tuple(report.get("refused", ())),
    )
