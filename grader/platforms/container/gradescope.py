"""Gradescope: `results.json` (autograder specification, "Output format").

Held: no `results.json` at all. Gradescope then says that the autograder failed and shows no
number; a file without a score would be refused with the same words, one with 0 would be a lie.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.platforms.container.platform import OPTIONS, REFUSED, Container, Files, as_json
from grader.platforms.seam import Options
from grader.platforms.shared import page
from grader.platforms.shared.page import line, markdown, markup
from grader.records import Grade, PlatformError, Verdict

FILE = "results.json"
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def write(grade: Grade, options: Options, attempt: Path | None) -> Files:
    """The one file, or None for a grade that may not be sent."""
    return {FILE: as_json(results(grade, options)) if grade.counts else None}


def results(grade: Grade, options: Options) -> dict[str, Any]:
    """The content of `results.json`: one criterion is one entry of `tests`, in the rubric's order;
    the total is the grade's own. Raises PlatformError for an unknown option value."""
    form = _one_of(options, "format", ("md", "html"))
    unfinished = options.get("unfinished", "")
    lines = page.headline(grade, unfinished)
    hidden = _one_of(options, "instructor_criteria", ("omit", "hidden")) == "hidden"
    value: dict[str, Any] = {
        "score": round(grade.points, 4),
        "execution_time": round(grade.run.seconds, 2),
        "output": "\n\n".join(markdown(text) for text in lines)
        if form == "md"
        else "".join(f"<p>{markup(text)}</p>" for text in lines),
        "output_format": form,
        "test_output_format": form,
        "test_name_format": "text",
        "visibility": _one_of(options, "visibility", VISIBILITIES),
        "stdout_visibility": "hidden",
        "tests": [_test(verdict, number, form) for number, verdict in _rows(grade, hidden=hidden)],
        "extra_data": {
            "assignment": grade.assignment,
            "submission_sha256": grade.submission.sha256,
            "run": grade.run.status,
            "complete": not unfinished,
            "stage": unfinished,
            "max_points": grade.max_points,
        },
    }
    if _one_of(options, "leaderboard", ("off", "on")) == "on":
        value["leaderboard"] = _leaderboard(grade)
    return value


def _rows(grade: Grade, *, hidden: bool) -> list[tuple[int, Verdict]]:
    """(place in the rubric, verdict). What students see names no criterion that they do not see."""
    places = {verdict.criterion: place for place, verdict in enumerate(grade.verdicts, 1)}
    rows = page.rows(grade)
    if hidden:
        secret = [verdict for verdict in grade.verdicts if verdict.visibility != "visible"]
        rows += page.decided(secret)
    return sorted(((places[row.criterion], row) for row in rows), key=lambda row: row[0])


def _test(verdict: Verdict, number: int, form: str) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": line(verdict.title, 200),
        "score": round(verdict.points, 4),
        "max_score": round(verdict.max_points, 4),
        "status": "passed" if verdict.status == "passed" else "failed",
        "output": page.markdown_of(verdict) if form == "md" else page.html_of(verdict),
        "visibility": "visible" if verdict.visibility == "visible" else "hidden",
        "tags": [line(verdict.objective, 100)] if verdict.objective else [],
        "extra_data": {"criterion": verdict.criterion, "status": verdict.status},
    }


def _leaderboard(grade: Grade) -> list[dict[str, Any]]:
    board: list[dict[str, Any]] = [{"name": "Points", "value": round(grade.points, 2)}]
    measured = grade.measured
    total = sum(training.total for training in measured.trainings) if measured else 0
    if measured and total:
        share = sum(training.correct for training in measured.trainings) / total
        board.append({"name": f"Accuracy on hidden {measured.examples}", "value": round(share, 4)})
    return board


def _one_of(options: Options, name: str, allowed: Sequence[str]) -> str:
    value = options.get(name) or allowed[0]
    if value not in allowed:
        raise PlatformError(f"gradescope: {name} is one of {', '.join(allowed)}, not {value!r}.")
    return value


def refuse(words: str) -> Files:
    """Without points Gradescope would say that the autograder failed: they are 0."""
    value = {
        "score": 0,
        "output": f"{REFUSED}. {words}",
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": {"complete": False, "stage": "intake"},
    }
    return {FILE: as_json(value)}


def _shown(grade: Grade, options: Options) -> str:
    """For standard output, which only instructors read."""
    if grade.counts:
        return ""
    reason = line(grade.held_because) or "exempt"
    return f"NOT GRADED, no results.json was written on purpose: {reason}\n"


GRADESCOPE = Container(
    name="gradescope",
    options={
        **OPTIONS,
        "format": "`md` (default) or `html`: how the texts are written",
        "visibility": f"of all criteria: one of {', '.join(VISIBILITIES)}",
        "instructor_criteria": "`omit` (default) or `hidden`, which hides the total from students",
        "leaderboard": "`on` to list points and accuracy; off by default",
    },
    write=write,
    refuse=refuse,
    shown=_shown,
    submission=Path("/autograder/submission"),
    out=Path("/autograder/results"),
    limit_s=600,
    allowed_s=(60, 2400),
    pack_s=2400,
)
