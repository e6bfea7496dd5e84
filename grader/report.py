"""Grade → page: HTML, Markdown, text; grades → class page and sheet. The only user of jinja2.

A text is never a template here. Templates are ours, come from one folder, and see texts of
students only as values: `finalize` makes every value harmless for the format before it is put
in, so that a template which forgets to escape is still safe.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from grader.plain import clean, kept_if_short, markdown, markdown_prose, pieces
from grader.records import Grade
from grader.report_class import class_page, in_class, sheet
from grader.report_facts import facts
from grader.report_layout import code_filter, headline, link_filter, sign, wrapped
from grader.report_page import page
from grader.report_shape import Audience
from grader.report_words import cell_words, moment_words, seconds_words
from grader.store import current, write_atomically

__all__ = [
    "FORMATS",
    "INSTRUCTOR_PAGE",
    "Format",
    "are_fresh",
    "in_class",
    "render",
    "render_batch",
    "templates_folder",
    "write",
    "write_batch",
]
Format = Literal["html", "md", "txt"]
FORMATS: tuple[Format, ...] = ("html", "md", "txt")
INSTRUCTOR_PAGE = "report-instructor.html"


def render(grade: Grade, format: Format, *, audience: Audience = "student") -> str:
    """One report as text. Students do not see criteria that are for the instructor only."""
    return _rendered(facts(page(grade, audience)), format)


def _rendered(values: dict[str, Any], format: Format) -> str:
    pictures = {name: _markup(value) for name, value in values["pictures"].items()}
    pictures["told"] = values["pictures"]["told"]
    template = _environment(format).get_template(f"report.{format}.j2")
    text = template.render(**{**values, "pictures": pictures}, **_style(format))
    return text if format == "html" else re.sub(r"\n{3,}", "\n\n", text)


def write(grade: Grade, folder: Path) -> None:
    """Write report.html, report.md and report.txt for the student, each whole or not at all.

    Where criteria are for the instructor only, report-instructor.html shows them as well.
    Raises OSError, for example when the disk is full.
    """
    values = facts(page(grade, "student"))
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
    return _environment("html").get_template("batch.html.j2").render(**values, **_style("html"))


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


# ---------------------------------------------------------------- templates


def templates_folder() -> Path:
    """Where the templates are: in the wheel beside this module, else in the checkout."""
    packed = Path(__file__).parent / "_templates"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "templates"


class _Environment(ImmutableSandboxedEnvironment):
    """Whether an attribute may be read follows from its name and the class: found out once."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._safe: dict[tuple[type, str], bool] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if self._safe.get((type(obj), attribute)):
            value = getattr(obj, attribute, None)
            if value is not None and not callable(value):  # so not `str.format`, which is wrapped
                return value
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        asked = type(obj), attr
        if asked not in self._safe:
            self._safe[asked] = super().is_safe_attribute(obj, attr, value)
        return self._safe[asked]


@cache
def _environment(format_: Format) -> _Environment:
    environment = _Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_FINALIZE[format_],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "prose": _PROSE[format_],
        "count": lambda value: f"{value:,}",
        "cell_words": cell_words,
        "seconds": seconds_words,
        "moment": moment_words,
        "sign": sign,
        "code": kept_if_short(lambda text: Markup(code_filter(text))),  # noqa: S704 - fenced by plain.code_span
        "link": lambda one: Markup(link_filter(one)),  # noqa: S704 - escaped by link_filter
        "wrapped": kept_if_short(lambda text, first="": Markup(wrapped(text, first))),  # noqa: S704 - cleaned
        "headline": lambda card: Markup(headline(card)),  # noqa: S704 - cleaned
    }
    return environment


def _finalize(make: Callable[[str], str]) -> Callable[[Any], Any]:
    """What is done to every value that a template puts out, unless it was made safe before."""
    safe = kept_if_short(lambda text: Markup(make(text)))  # noqa: S704 - `make` escapes

    def final(value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Markup):
            return safe(value)
        return value

    return final


def _html(text: str) -> str:
    return str(escape(clean(text)))


def _html_prose(text: str) -> Markup:
    """HTML of a message: what stands between backticks becomes code."""
    parts = [
        f"<code>{escape(part)}</code>" if is_code else str(escape(part))
        for is_code, part in pieces(text)
    ]
    return Markup("".join(parts))  # noqa: S704 - every part is escaped


_FINALIZE = {"html": _finalize(_html), "md": _finalize(markdown), "txt": _finalize(clean)}
_PROSE: dict[str, Callable[[str], str]] = {
    "html": kept_if_short(_html_prose),
    "md": kept_if_short(lambda text: Markup(markdown_prose(text))),  # noqa: S704 - escaped by markdown_prose
    "txt": lambda text: Markup(clean(text)),  # noqa: S704 - plain text has no markup
}


def _markup(value: Any) -> Any:
    """Pictures are ours and escaped by `picture.py`; lists and maps of them likewise."""
    if isinstance(value, str):
        return Markup(value)  # noqa: S704
    if isinstance(value, Mapping):
        return {name: _markup(one) for name, one in value.items()}
    return [_markup(one) for one in value]


@cache
def _style(format_: Format) -> dict[str, Any]:
    """The style sheet and its hash: the page's policy allows this very style and no other."""
    if format_ != "html":
        return {}
    css = (templates_folder() / "report.css").read_text(encoding="utf-8")
    hashed = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return {"css": Markup(css), "css_hash": Markup(f"sha256-{hashed}")}  # noqa: S704 - ours
