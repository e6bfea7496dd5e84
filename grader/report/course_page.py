"""Several assignments at a glance: their classes, every submission, and the sheet of all.

Criteria differ from one assignment to the next, so they stand on the pages of the assignments.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from grader.records import Grade
from grader.report.class_page import address, counts, row, shares_of, tiles
from grader.report.harmless import sheet_cell
from grader.report.words import amount, held_words

COLUMNS = ("submission", "assignment", "file", "revision", "points", "max_points", "held",
           "held_because", "run", "exempt", "first_to_fix", "sha256", "graded_at")  # fmt: skip
Pages = Mapping[str, Sequence[Grade]]
"""Name of an assignment's folder → its grades."""


def course_page(pages: Pages, links: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Everything that `course.html.j2` may name. links: (folder, submission) → its report."""
    classes = [
        {
            "title": grades[0].title,
            "link": address(f"{folder}/batch.html"),
            "figures": tiles(grades, shares_of(grades)),
        }
        for folder, grades in sorted(pages.items())
    ]
    rows = [
        row(grade, links[folder, grade.submission.id]) | {"assignment": grade.title}
        for folder, grade in _ordered(pages)
    ]
    return {"classes": classes, "rows": rows, "held": [each for each in rows if each["held"]]}


def course_sheet(pages: Pages) -> str:
    """grades.csv (RFC 4180): one line a submission; no number where a grade does not count."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for _, grade in _ordered(pages):
        reasons = held_words(grade, "instructor")[0] if grade.held else ""
        writer.writerow(
            [
                sheet_cell(grade.submission.id),
                sheet_cell(grade.assignment),
                sheet_cell(grade.submission.file_name),
                sheet_cell(grade.submission.revision),
                amount(grade.points) if counts(grade) else "",
                amount(grade.max_points),
                "yes" if grade.held else "no",
                sheet_cell(reasons),
                grade.run.status,
                "yes" if grade.exempt else "no",
                sheet_cell(grade.first_to_fix),
                sheet_cell(grade.submission.sha256),
                sheet_cell(grade.graded_at),
            ]
        )
    return out.getvalue()


def _ordered(pages: Pages) -> list[tuple[str, Grade]]:
    """By submission, then by assignment: what one person handed in stands together."""
    every = [(folder, grade) for folder, grades in pages.items() for grade in grades]
    return sorted(every, key=lambda each: (each[1].submission.id, each[0]))
