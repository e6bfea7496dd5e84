"""A class at a glance: totals, criteria, misconceptions, who is held and why; and its sheet."""

import csv
import io
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from grader.records import Grade, Misconception, Verdict
from grader.report.harmless import sheet_cell
from grader.report.pictures.of_class import distribution, outcome_bar
from grader.report.words import STATUS_WORDS, amount, held_words

COLUMNS_BEFORE = ("submission", "file", "revision", "points", "max_points", "held", "held_because")
COLUMNS_AFTER = ("run", "exempt", "first_to_fix", "misconceptions", "sha256", "graded_at")


def counts(grade: Grade) -> bool:
    """True when its total may be used: not held, not exempt."""
    return not grade.held and not grade.exempt


def in_class(grade: Grade) -> Grade:
    """As much of a grade as its class needs; the whole one is in its file.

    A third of it: without cells, curves and the model's picture a thousand take 50 MB.
    """
    measured = grade.measured
    if measured is not None:
        measured = measured.model_copy(update={"trainings": (), "probe": None})
    run = grade.run.model_copy(update={"cells": ()})
    return grade.model_copy(update={"diagram": None, "measured": measured, "run": run})


def class_page(grades: Sequence[Grade], title: str, links: Mapping[str, str]) -> dict[str, Any]:
    """Everything that `batch.html.j2` may name."""
    ordered = sorted(grades, key=lambda grade: grade.submission.id)
    shares = shares_of(ordered)
    criteria = _criteria(ordered)
    rows = [row(grade, links.get(grade.submission.id, "")) for grade in ordered]
    return {
        "title": title,
        "tiles": tiles(ordered, shares),
        "criteria": criteria,
        "misconceptions": _misconceptions(ordered),
        "held": [row for row in rows if row["held"]],
        "rows": rows,
        "assets": sorted({_assets(grade) for grade in ordered}),
        "tiers": sorted({grade.provenance.tier for grade in ordered}),
        "pictures": {
            "distribution": distribution(shares) if shares else "",
            "outcomes": [
                outcome_bar(row["counts"], title=f"Criterion {number}")
                for number, row in enumerate(criteria, start=1)
            ],
        },
    }


def shares_of(grades: Sequence[Grade]) -> list[float]:
    """Totals that count, as shares of the most points."""
    return [
        grade.points / grade.max_points if grade.max_points > 0 else 0.0
        for grade in grades
        if counts(grade)
    ]


def tiles(grades: Sequence[Grade], shares: Sequence[float]) -> list[tuple[str, str]]:
    """Figures of the class: (value, what it is)."""
    exempt = sum(grade.exempt for grade in grades)
    figures = [
        (str(len(grades)), "submissions"),
        (str(len(shares)), "with a total"),
        (str(sum(grade.held for grade in grades)), "on hold"),
    ]
    figures += [(str(exempt), "exempt")] if exempt else []
    if shares:
        figures += [
            (f"{statistics.median(shares):.0%}", "median of the totals"),
            (f"{statistics.fmean(shares):.0%}", "mean of the totals"),
            (f"{min(shares):.0%} – {max(shares):.0%}", "lowest and highest"),
        ]
    return figures


def _criteria(grades: Sequence[Grade]) -> list[dict[str, Any]]:
    """Each criterion with the count of every status, in the order of the rubric."""
    seen: dict[str, list[Verdict]] = {}
    for grade in grades:
        for verdict in grade.verdicts:
            seen.setdefault(verdict.criterion, []).append(verdict)
    rows = []
    for verdicts in seen.values():
        tally = Counter(verdict.status for verdict in verdicts)
        rows.append(
            {
                "title": verdicts[0].title,
                "points": amount(verdicts[0].max_points),
                "instructor": verdicts[0].visibility == "instructor",
                "counts": dict(tally),
                "rate": f"{tally['passed'] / len(verdicts):.0%}",
                "told": ", ".join(
                    f"{word.lower()} {tally[status]}"
                    for status, word in STATUS_WORDS.items()
                    if tally[status]
                ),
            }
        )
    return rows


def _misconceptions(grades: Sequence[Grade]) -> list[tuple[int, Misconception]]:
    """How many submissions show each, the most frequent first."""
    first: dict[str, Misconception] = {}
    tally: Counter[str] = Counter()
    for grade in grades:
        own = {idea.id: idea for idea in grade.misconceptions}
        tally.update(own.keys())
        first = {**own, **first}
    return [
        (count, first[name])
        for name, count in sorted(tally.items(), key=lambda at: (-at[1], at[0]))
    ]


def address(path: str) -> str:
    """A relative address that stays below the class page, whatever the folder is called."""
    safe = path and not path.startswith("/") and ".." not in path.split("/")
    return f"./{quote(path)}" if safe else ""


def row(grade: Grade, link: str) -> dict[str, Any]:
    """One submission in the table of its class."""
    titles = {verdict.criterion: verdict.title for verdict in grade.verdicts}
    total = f"{amount(grade.points)} of {amount(grade.max_points)}"
    state = "on hold" if grade.held else "exempt" if grade.exempt else ""
    return {
        "id": grade.submission.id,
        "link": address(link),
        "total": state or total,
        "held": grade.held,
        "reasons": held_words(grade, "instructor") if grade.held else (),
        "run": grade.run.status.replace("_", " "),
        "first": titles.get(grade.first_to_fix, ""),
        "passed": str(sum(verdict.status == "passed" for verdict in grade.verdicts)),
        "all": str(len(grade.verdicts)),
    }


def _assets(grade: Grade) -> str:
    assets = grade.provenance.assets
    hidden = f", hidden images: {grade.provenance.hidden}" if grade.provenance.hidden else ""
    return f"{assets.kind}, {assets.scale}{hidden}"


def sheet(grades: Sequence[Grade]) -> str:
    """grades.csv (RFC 4180): one line a submission, one column a criterion.

    A held or exempt grade has no number anywhere in its line, so that no sum can become one.
    Texts that a spreadsheet would take for a formula get an apostrophe in front.
    """
    names = list(dict.fromkeys(v.criterion for grade in grades for v in grade.verdicts))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([sheet_cell(name) for name in (*COLUMNS_BEFORE, *names, *COLUMNS_AFTER)])
    for grade in sorted(grades, key=lambda grade: grade.submission.id):
        points = {v.criterion: amount(v.points) for v in grade.verdicts} if counts(grade) else {}
        reasons = held_words(grade, "instructor")[0] if grade.held else ""
        writer.writerow(
            [
                sheet_cell(grade.submission.id),
                sheet_cell(grade.submission.file_name),
                sheet_cell(grade.submission.revision),
                amount(grade.points) if counts(grade) else "",
                amount(grade.max_points),
                "yes" if grade.held else "no",
                sheet_cell(reasons),
                *(points.get(name, "") for name in names),
                grade.run.status,
                "yes" if grade.exempt else "no",
                sheet_cell(grade.first_to_fix),
                sheet_cell(" ".join(idea.id for idea in grade.misconceptions)),
                sheet_cell(grade.submission.sha256),
                sheet_cell(grade.graded_at),
            ]
        )
    return out.getvalue()
