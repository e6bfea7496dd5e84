"""Plain files for pandas and spreadsheets: `grades.csv`, `verdicts.csv`, `grades.jsonl`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.platforms.seam import Options, Receipt, check_options
from grader.platforms.shared.files import deliver, entry_for, held_file, out_folder
from grader.platforms.shared.texts import cell, number
from grader.records import Grade

GRADE_COLUMNS = (
    "submission",
    "assignment",
    "status",
    "points",
    "max_points",
    "percent",
    "held_because",
    "run",
    "revision",
    "file_name",
    "sha256",
    "comments",
)
VERDICT_COLUMNS = (
    "submission",
    "criterion",
    "title",
    "status",
    "points",
    "max_points",
    "message",
    "objective",
)


class Plain:
    """CSV and JSON Lines. A held or exempt grade has empty points: pandas reads them as NaN."""

    name = "plain"
    options: Mapping[str, str] = {"out": "folder to write to"}

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Write the three files."""
        check_options(self, options)
        lines = {grade.submission.id: json_line(grade) for grade in grades}
        files = {
            "grades.csv": _csv(GRADE_COLUMNS, (grade_row(grade) for grade in grades)),
            "verdicts.csv": _csv(
                VERDICT_COLUMNS, (row for grade in grades for row in verdict_rows(grade))
            ),
            "grades.jsonl": "".join(f"{line}\n" for line in lines.values()).encode(),
        }
        entries = [entry_for(grade, lines[grade.submission.id].encode()) for grade in grades]
        return deliver(
            self.name,
            grades,
            entries,
            files | held_file(entries),
            out=out_folder(self.name, folder, options),
            folder=folder,
            dry_run=dry_run,
        )


def status(grade: Grade) -> str:
    """graded, held or exempt."""
    return "held" if grade.held else "exempt" if grade.exempt else "graded"


def grade_row(grade: Grade) -> dict[str, str]:
    """One line of `grades.csv`."""
    counts = status(grade) == "graded"
    percent = 100 * grade.points / grade.max_points if grade.max_points else 0.0
    comments = " / ".join(one.why for one in grade.adjustments if one.kind == "comment")
    return {
        "submission": grade.submission.id,
        "assignment": grade.assignment,
        "status": status(grade),
        "points": number(grade.points) if counts else "",
        "max_points": number(grade.max_points),
        "percent": number(percent) if counts else "",
        "held_because": cell(grade.held_because),
        "run": grade.run.status,
        "revision": cell(grade.submission.revision),
        "file_name": cell(grade.submission.file_name),
        "sha256": grade.submission.sha256,
        "comments": cell(comments),
    }


def verdict_rows(grade: Grade) -> Iterable[dict[str, str]]:
    """The lines of `verdicts.csv`: no points for a grade that does not count."""
    counts = status(grade) == "graded"
    for verdict in grade.verdicts:
        yield {
            "submission": grade.submission.id,
            "criterion": cell(verdict.criterion),
            "title": cell(verdict.title),
            "status": verdict.status,
            "points": number(verdict.points) if counts else "",
            "max_points": number(verdict.max_points),
            "message": cell(verdict.message),
            "objective": cell(verdict.objective),
        }


def json_line(grade: Grade) -> str:
    """One line of `grades.jsonl`: points are null when the grade does not count."""
    counts = status(grade) == "graded"
    value: dict[str, Any] = {
        "submission": grade.submission.id,
        "assignment": grade.assignment,
        "status": status(grade),
        "points": grade.points if counts else None,
        "max_points": grade.max_points,
        "held_because": grade.held_because,
        "run": grade.run.status,
        "sha256": grade.submission.sha256,
        "verdicts": {
            v.criterion: {
                "status": v.status,
                "points": v.points if counts else None,
                "max_points": v.max_points,
            }
            for v in grade.verdicts
        },
        "adjustments": [one.model_dump(mode="json") for one in grade.adjustments],
    }
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
