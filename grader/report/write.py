"""Grade → page: HTML, Markdown, text; grades → class page and sheet."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grader.records import Grade, current, write_atomically
from grader.report.class_page import class_page, course_page, ordered, sheet
from grader.report.facts import facts
from grader.report.harmless import LIMIT
from grader.report.page import Audience, Group, page
from grader.report.templates import Format, environment, style, templates_folder

FORMATS: tuple[Format, ...] = ("html", "md", "txt")
INSTRUCTOR_PAGE = "report-instructor.html"


def render(grade: Grade, format: Format, *, audience: Audience = "student") -> str:
    """One report as text. Students do not see criteria that are for the instructor only."""
    return _rendered(facts(page(grade, audience)), format)


def _rendered(values: dict[str, Any], format: Format) -> str:
    """values: all that `report.*.j2` may name but the style and the criteria."""
    page = values["page"]
    template = environment(format).get_template(f"report.{format}.j2")
    text = template.render(
        **values,
        **style(format),
        first=laid_out(page.first, format) if page.first else "",
        then=[laid_out(group, format) for group in page.then],
        rest=[laid_out(group, format) for group in page.rest],
    )
    return text if format == "html" else re.sub(r"\n{3,}", "\n\n", text)


def laid_out(group: Group, format: Format) -> Markup:
    """Criteria as `group.*.j2` has them, made once for all of a class who have the very same ones:
    every word, number and link that the template may name is in the group.

    That is two of the five seconds in which a thousand are judged again. Long texts are a student's
    own, and would only fill the memory.
    """
    texts = [group.title, group.message]
    texts += [
        text
        for card in group.cards
        for text in (card.verdict.message, card.verdict.seen, card.verdict.expected)
    ]
    short = max(map(len, texts)) <= LIMIT
    return (_laid_out if short else _laid_out.__wrapped__)(group, format)


@lru_cache(maxsize=3 * 1024)
def _laid_out(group: Group, format: Format) -> Markup:
    template = environment(format).get_template(f"group.{format}.j2")
    return Markup(template.render(group=group))  # noqa: S704 - every value safe


def write_reports(grade: Grade, folder: Path) -> None:
    """Write report.html, report.md and report.txt for the student, each whole or not at all.

    Where criteria are for the instructor only, report-instructor.html shows them as well.
    Raises OSError, for example when the disk is full.
    """
    values = facts(page(grade))
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
    values = class_page(grades, title, links or {}) | style("html")
    return environment("html").get_template("batch.html.j2").render(**values)


def write_batch(grades: Sequence[Grade], folder: Path, title: str) -> None:
    """Write batch.html and grades.csv into the folder that holds the submissions' folders."""
    links = {grade.submission.id: _link(grade, folder) for grade in grades}
    write_atomically(folder / "batch.html", render_batch(grades, title, links).encode())
    write_atomically(folder / "grades.csv", sheet(grades).encode())


def write_course(classes: Mapping[Path, Sequence[Grade]]) -> None:
    """The same two files for several assignments, in the folder above theirs.

    classes: folder of an assignment → its grades.
    """
    top = next(iter(classes)).parent
    pages = {folder.name: grades for folder, grades in classes.items()}
    links = {
        (folder.name, grade.submission.id): f"{folder.name}/{link}" if link else ""
        for folder, grades in classes.items()
        for grade in grades
        for link in [_link(grade, folder)]
    }
    values = course_page(pages, links) | style("html")
    page = environment("html").get_template("course.html.j2").render(**values)
    text = sheet([grade for _, grade in ordered(pages)], course=True)
    write_atomically(top / "batch.html", page.encode())
    write_atomically(top / "grades.csv", text.encode())


def _link(grade: Grade, folder: Path) -> str:
    """Relative address of the report that counts, or "" when there is none."""
    attempt = current(folder / grade.submission.id)
    if attempt is None or not attempt.is_relative_to(folder):
        return ""
    pages = [attempt / name for name in (INSTRUCTOR_PAGE, "report.html")]
    return next((path.relative_to(folder).as_posix() for path in pages if path.is_file()), "")
