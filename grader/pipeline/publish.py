"""From the judge's grade to what people read: with every decision of people in it."""

import datetime
from pathlib import Path

from grader.judge.decisions import Decisions, decided
from grader.records import Grade, current, load, save, set_current
from grader.report import are_fresh, write_reports

DECIDED = "decided.json"
"""The grade as people changed it, beside the judge's own; only where they changed something."""


def publish(
    judged: Grade, attempt: Path, *, stored: Grade | None = None, lasting: bool = True
) -> Grade:
    """Write the grade and its reports, and make the attempt the one that counts. `grade.json` and
    what is returned are the judge's own; what people decided is in the reports.
    stored: the grade until now, where it was read already. lasting: wait until the grade is on the
    disk."""
    stored = stored or load(attempt / "grade.json", Grade)
    same = stored is not None and stored.model_copy(update={"graded_at": ""}) == judged
    if stored is not None and same:
        judged = stored
    else:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        judged = judged.model_copy(update={"graded_at": now})
        save(attempt / "grade.json", judged, lasting=lasting)
    publish_reports(judged, attempt, fresh=same and are_fresh(attempt))
    if current(attempt.parent) != attempt:
        set_current(attempt)
    return judged


def publish_reports(
    judged: Grade, attempt: Path, more: Decisions | None = None, *, fresh: bool = False
) -> Grade:
    """Write the reports of an attempt, and `decided.json` for the audit; returns what they say.
    fresh: the reports were made from this very grade; they are written anew only when people have
    decided something else since."""
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
