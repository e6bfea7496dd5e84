"""Grade → page: HTML, Markdown, text; grades → class page and sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grader.records import Grade, current, write_atomically
from grader.report.class_page import class_page, in_class, sheet
from grader.report.criteria import laid_out
from grader.report.facts import facts
from grader.report.page import page
from grader.report.shape import Audience
from grader.report.templates import Format, environment, style, templates_folder

__all__ = [
    "FORMATS",
    "INSTRUCTOR_PAGE",
    "Format",
    "are_fresh",
    "in_class",
    "render",
    "render_batch",
    "write_batch",
    "write_reports",
]
FORMATS: tuple[Format, ...] = ("html", "md", "txt")
INSTRUCTOR_PAGE = "report-instructor.html"


def render(grade: Grade, format: Format, *, audience: Audience = "student") -> str:
    """One report as text. Students do not see criteria that are for the instructor only."""
    return _rendered(_values(grade, audience), format)


def _values(grade: Grade, audience: Audience) -> dict[str, Any]:
    """All that a template may name, the criteria laid out."""
    shown = page(grade, audience)
    return {**facts(shown), "criteria": [laid_out(card) for card in shown.cards]}


def _rendered(values: dict[str, Any], format: Format) -> str:
    pictures = {name: _markup(value) for name, value in values["pictures"].items()}
    pictures["told"] = values["pictures"]["told"]
    template = environment(format).get_template(f"report.{format}.j2")
    criteria = [one.as_(format) for one in values["criteria"]]
    values = {**values, **style(format), "pictures": pictures, "criteria": criteria}
    text = template.render(**values)
    return text if format == "html" else re.sub(r"\n{3,}", "\n\n", text)


def write_reports(grade: Grade, folder: Path) -> None:
    """Write report.html, report.md and report.txt for the student, each whole or not at all.

    Where criteria are for the instructor only, report-instructor.html shows them as well.
    Raises OSError, for example when the disk is full.
    """
    values = _values(grade, "student")
    for format_ in FORMATS:
        text = _rendered(values, format_)
        write_atomically(folder / f"report.{format_}", text.encode(), lasting=False)
    if any(verdict.visibility == "instructor" for verdict in grade.verdicts):
        full = render(grade, "html", audience="instructor")
        write_atomically(folder / INSTRUCTOR_PAGE, full.encode(), lasting=False)
    else:
        (folder / INSTRUCTOR_PAGE).unlink(missing_ok=True)


def are_fresh(folder: Path) -> bool:
    """Whether all reports are there and no template is newer: then an equal grade needs no new
    ones."""
    try:
        oldest = min((folder / f"report.{name}").stat().st_mtime_ns for name in FORMATS)
    except OSError:
        return False
    return oldest > _templates_changed()


@lru_cache(maxsize=1)
def _templates_changed() -> int:
    return max(path.stat().st_mtime_ns for path in templates_folder().iterdir())


def render_batch(
    grades: Sequence[Grade], title: str, links: Mapping[str, str] | None = None
) -> str:
    """The class page. `links`: submission id → relative address of its report."""
    values = class_page(grades, title, links or {})
    values["pictures"] = {name: _markup(value) for name, value in values["pictures"].items()}
    return environment("html").get_template("batch.html.j2").render(**values, **style("html"))


def write_batch(grades: Sequence[Grade], folder: Path, title: str) -> None:
    """Write batch.html and grades.csv into the folder that holds the submissions' folders."""
    links = {grade.submission.id: _link(grade, folder) for grade in grades}
    write_atomically(folder / "batch.html", render_batch(grades, title, links).encode())
    write_atomically(folder / "grades.csv", sheet(grades).encode())


def _link(grade: Grade, folder: Path) -> str:
    """Relative address of the report that counts, or "" when there is none."""
    attempt = current(folder / grade.submission.id)
    if attempt is None or not attempt.is_relative_to(folder):
        return ""
    pages = [attempt / name for name in (INSTRUCTOR_PAGE, "report.html")]
    return next((one.relative_to(folder).as_posix() for one in pages if one.is_file()), "")


def _markup(value: Any) -> Any:
    """Pictures are ours and escaped by `picture.py`; lists and maps of them likewise."""
    if isinstance(value, str):
        return Markup(value)  # noqa: S704
    if isinstance(value, Mapping):
        return {name: _markup(one) for name, one in value.items()}
    return [_markup(one) for one in value]
