"""A class at a glance: totals, criteria, misconceptions, who is held and why; and its sheet."""

import csv
import io
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from grader.records import (
    ANOTHER_NOTEBOOK,
    UNREADABLE,
    Assets,
    Grade,
    Misconception,
    Provenance,
    Verdict,
)
from grader.report.causes import fallen
from grader.report.harmless import sheet_cell
from grader.report.words import STATUS_WORDS, amount, held_words

MOST_CAUSES = 40


def in_class(grade: Grade) -> Grade:
    """As much of a grade as its class needs; the whole one is in its file.

    Without cells, curves and the model's picture, and with equal parts kept once for all, a
    thousand take 4 MB.
    """
    measured, origin = grade.measured, grade.provenance
    if measured is not None:
        measured = _kept_once(measured.model_copy(update={"trainings": (), "probe": None}))
    said = {
        name: tuple(_kept_once(part) for part in getattr(grade, name))
        for name in ("verdicts", "causes", "misconceptions")
    }
    less: dict[str, Any] = {
        "diagram": None,
        "measured": measured,
        "objectives": {},
        "run": grade.run.model_copy(update={"cells": (), "versions": {}}),
        "provenance": _origin(origin.assets.kind, origin.assets.scale, origin.tier, origin.hidden),
    }
    small = grade.model_copy(update=less | said)
    for part in (small, small.run):
        part.model_fields_set.clear()  # nobody asks which fields were set: a third of it
    return small


@lru_cache
def _origin(kind: Any, scale: str, tier: str, hidden: str) -> Provenance:
    """What the class page says of where its grades come from, one for all that say the same."""
    return Provenance(
        grader="",
        assignment_sha256="",
        assets=Assets(kind=kind, scale=scale, sha256=""),
        tier=tier,
        training="",
        hidden=hidden,
    )


@lru_cache(maxsize=10_000)
def _kept_once(part: Any) -> Any:
    """The first that was equal to this one: a class is told the same things again and again."""
    return part


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
        "causes": causes_of(ordered),
        "misconceptions": _misconceptions(ordered),
        "held": [row for row in rows if row["held"]],
        "rows": rows,
        "assets": sorted({_assets(grade) for grade in ordered if grade.verdicts} - {""}),
        "tiers": sorted({grade.provenance.tier for grade in ordered} - {""}),
        "tenths": tenths(shares),
    }


def tenths(shares: Sequence[float]) -> tuple[int, ...]:
    """How many shares (0…1) fall into each tenth; 1.0 belongs to the last."""
    number = Counter(min(int(min(max(share, 0.0), 1.0) * 10 + 1e-9), 9) for share in shares)
    return tuple(number[tenth] for tenth in range(10))


def shares_of(grades: Sequence[Grade]) -> list[float]:
    """Totals that count, as shares of the most points."""
    return [
        grade.points / grade.max_points if grade.max_points > 0 else 0.0
        for grade in grades
        if grade.counts
    ]


def tiles(grades: Sequence[Grade], shares: Sequence[float]) -> list[tuple[str, str]]:
    """Figures of the class: (value, what it is)."""
    exempt = sum(grade.exempt for grade in grades)
    figures = [
        (str(len(grades)), "submission" if len(grades) == 1 else "submissions"),
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


def causes_of(grades: Sequence[Grade]) -> list[dict[str, Any]]:
    """What points were lost by, the most first: how many fell by it, and the criteria that did."""
    causes: dict[str, dict[str, Any]] = {}
    for grade in grades:
        for cause in fallen(grade, grade.verdicts) if grade.counts else ():
            if not cause.lost:
                continue
            row = causes.setdefault(cause.title, {"count": 0, "lost": 0.0, "criteria": {}})
            row["count"] += 1
            row["lost"] += cause.lost
            row["criteria"] |= {verdict.criterion: verdict.title for verdict in cause.verdicts}
    ordered = sorted(causes.items(), key=lambda at: (-at[1]["lost"], -at[1]["count"], at[0]))
    return [
        {
            "title": title,
            "count": row["count"],
            "lost": amount(row["lost"]),
            "criteria": tuple(row["criteria"].values()),
        }
        for title, row in ordered[:MOST_CAUSES]
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
    never = grade.run.limit in (ANOTHER_NOTEBOOK, UNREADABLE)
    passed = sum(verdict.status == "passed" for verdict in grade.verdicts)
    name = grade.submission.file_name
    return {
        "id": grade.submission.id,
        "file": "" if name.startswith(grade.submission.id) else name,
        "link": address(link),
        "total": state or total,
        "held": grade.held,
        "reasons": held_words(grade, "instructor") if grade.held else (),
        "run": "not run" if never else grade.run.status.replace("_", " ") + _where(grade),
        "first": titles.get(grade.first_to_fix, ""),
        "passed": f"{passed} of {len(grade.verdicts)}" if grade.verdicts else "",
    }


def _where(grade: Grade) -> str:
    """On which machine of several, and in which sandbox: by number, never by a host's name."""
    return f" (worker {grade.run.worker}, {grade.run.tier})" if grade.run.worker else ""


def _assets(grade: Grade) -> str:
    assets = grade.provenance.assets
    hidden = f", hidden data: {grade.provenance.hidden}" if grade.provenance.hidden else ""
    return f"{assets.kind}, {assets.scale}{hidden}" if assets.scale else ""


def sheet(grades: Sequence[Grade], *, course: bool = False) -> str:
    """grades.csv (RFC 4180): one line a submission, one column a criterion.

    A held or exempt grade has no number anywhere in its line, so that no sum can become one.
    Texts that a spreadsheet would take for a formula get an apostrophe in front.
    course: of several assignments, in the order given: named in a column, without their criteria.
    """
    names = list(dict.fromkeys(v.criterion for grade in grades for v in grade.verdicts))
    rows = [
        _line(grade, [] if course else names, course=course)
        for grade in sorted(grades, key=lambda grade: grade.submission.id)
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([name for name, _ in row] for row in rows[:1])
    writer.writerows([cell for _, cell in row] for row in rows)
    return out.getvalue()


def _line(grade: Grade, names: Sequence[str], *, course: bool) -> list[tuple[str, str]]:
    """(column, cell) of one submission; a criterion may be called like a column."""
    held, submission = grade.held, grade.submission
    points = {v.criterion: amount(v.points) for v in grade.verdicts} if grade.counts else {}
    ideas = " ".join(idea.id for idea in grade.misconceptions)
    return [
        ("submission", sheet_cell(submission.id)),
        *([("assignment", sheet_cell(grade.assignment))] if course else []),
        ("file", sheet_cell(submission.file_name)),
        ("revision", sheet_cell(submission.revision)),
        ("points", amount(grade.points) if grade.counts else ""),
        ("max_points", amount(grade.max_points)),
        ("held", "yes" if held else "no"),
        ("held_because", sheet_cell(held_words(grade, "instructor")[0]) if held else ""),
        *((sheet_cell(name), points.get(name, "")) for name in names),
        ("run", grade.run.status),
        ("exempt", "yes" if grade.exempt else "no"),
        ("first_to_fix", sheet_cell(grade.first_to_fix)),
        *([] if course else [("misconceptions", sheet_cell(ideas))]),
        ("sha256", sheet_cell(submission.sha256)),
        ("graded_at", sheet_cell(grade.graded_at)),
    ]


MOST_OF_A_CLASS = 5
"""Causes of one assignment beside others."""

Pages = Mapping[str, Sequence[Grade]]
"""Name of an assignment's folder → its grades."""


def course_page(pages: Pages, links: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Everything that `course.html.j2` may name. links: (folder, submission) → its report."""
    classes = [
        {
            "title": grades[0].title,
            "link": address(f"{folder}/batch.html"),
            "figures": tiles(grades, shares_of(grades)),
            "causes": causes_of(grades)[:MOST_OF_A_CLASS],
        }
        for folder, grades in sorted(pages.items())
    ]
    rows = [
        row(grade, links[folder, grade.submission.id]) | {"assignment": grade.title}
        for folder, grade in ordered(pages)
    ]
    return {"classes": classes, "rows": rows, "held": [each for each in rows if each["held"]]}


def ordered(pages: Pages) -> list[tuple[str, Grade]]:
    """By submission, then by assignment: what one person handed in stands together."""
    every = [(folder, grade) for folder, grades in pages.items() for grade in grades]
    return sorted(every, key=lambda each: (each[1].submission.id, each[0]))
