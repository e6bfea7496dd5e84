"""From the judge's grade to what people read: with every decision of people in it."""

from __future__ import annotations

from pathlib import Path

from grader.judge.decisions import Decisions, decided
from grader.records import Grade, load, save
from grader.report import write_reports

DECIDED = "decided.json"
"""The grade as people changed it, beside the judge's own; only where they changed something."""


def publish_reports(
    judged: Grade, attempt: Path, more: Decisions | None = None, *, fresh: bool = False
) -> Grade:
    """Write the reports of an attempt, and `decided.json` for the audit; returns what they say.

    fresh: the reports were made from this very grade; they are written anew only when people
    have decided something else since.
    """
    final = decided(judged, attempt.parent, more)
    said = load(attempt / DECIDED, Grade)
    if fresh and final == (said or judged):
        return final
    if final == judged:
        (attempt / DECIDED).unlink(missing_ok=True)
    else:
        save(attempt / DECIDED, final)
    write_reports(final, attempt)
    return final
