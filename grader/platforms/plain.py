"""Plain files for pandas and spreadsheets: `grades.csv`, `verdicts.csv`, `grades.jsonl`."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from grader.platforms.seam import Platform, Receipt, Sending, entry_for, held_file
from grader.platforms.shared.page import cell
from grader.records import Grade
from grader.report import amount, told_once

GRADE_COLUMNS = ("submission", "assignment", "status", "points", "max_points", "percent",
                 "held_because", "run", "revision", "file_name", "sha256", "comments")  # fmt: skip
VERDICT_COLUMNS = ("submission", "criterion", "title", "status", "points", "max_points",
                   "message", "objective", "cause")  # fmt: skip


class Plain(Platform):
    """CSV and JSON Lines. A held or exempt grade has empty points: pandas reads them as NaN."""

    name = "plain"
    options = {"out": "folder to write to"}

    def deliver(self, sending: Sending) -> Receipt:
        """Write the three files."""
        lines = {grade.submission.id: json_line(grade) for grade in sending.grades}
        verdicts = (row for grade in sending.grades for row in verdict_rows(grade))
        files = {
            "grades.csv": _csv(GRADE_COLUMNS, map(grade_row, sending.grades)),
            "verdicts.csv": _csv(VERDICT_COLUMNS, verdicts),
            "grades.jsonl": "".join(f"{line}\n" for line in lines.values()).encode(),
        }
        entries = sending.entries(
            lambda grade, _: entry_for(grade, lines[grade.submission.id].encode())
        )
        return sending.write(entries, files | held_file(entries))


def status(grade: Grade) -> str:
    """graded, held or exempt."""
    return "held" if grade.held else "exempt" if grade.exempt else "graded"


def grade_row(grade: Grade) -> dict[str, str]:
    """One line of `grades.csv`."""
    percent = 100 * grade.points / grade.max_points if grade.max_points else 0.0
    comments = " / ".join(change.why for change in grade.adjustments if change.kind == "comment")
    return {
        "submission": grade.submission.id,
        "assignment": grade.assignment,
        "status": status(grade),
        "points": amount(grade.points) if grade.counts else "",
        "max_points": amount(grade.max_points),
        "percent": amount(percent) if grade.counts else "",
        "held_because": cell(grade.held_because),
        "run": grade.run.status,
        "revision": cell(grade.submission.revision),
        "file_name": cell(grade.submission.file_name),
        "sha256": grade.submission.sha256,
        "comments": cell(comments),
    }


def verdict_rows(grade: Grade) -> Iterable[dict[str, str]]:
    """The lines of `verdicts.csv`: no points for a grade that does not count."""
    titles = {cause.id: cause.title for cause in grade.causes}
    for verdict in told_once(grade.verdicts):
        yield {
            "submission": grade.submission.id,
            "criterion": cell(verdict.criterion),
            "title": cell(verdict.title),
            "status": verdict.status,
            "points": amount(verdict.points) if grade.counts else "",
            "max_points": amount(verdict.max_points),
            "message": cell(verdict.message),
            "objective": cell(verdict.objective),
            "cause": cell(titles.get(verdict.cause, "")),
        }


def json_line(grade: Grade) -> str:
    """One line of `grades.jsonl`: points are null when the grade does not count."""
    value: dict[str, Any] = {
        "submission": grade.submission.id,
        "assignment": grade.assignment,
        "status": status(grade),
        "points": grade.points if grade.counts else None,
        "max_points": grade.max_points,
        "held_because": grade.held_because,
        "run": grade.run.status,
        "sha256": grade.submission.sha256,
        "verdicts": {
            v.criterion: {
                "status": v.status,
                "points": v.points if grade.counts else None,
                "max_points": v.max_points,
            }
            for v in grade.verdicts
        },
        "adjustments": [change.model_dump(mode="json") for change in grade.adjustments],
    }
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
