"""Where templates come from, and what makes a value harmless that one of them puts out.

A text is never a template here. Templates are ours, come from one folder, and see texts of
students only as values: `finalize` makes every value harmless for the format before it is put
in, so that a template which forgets to escape is still safe.
"""

import base64
import hashlib
import math
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from grader.records import Link
from grader.report.harmless import clean, code_span, markdown, markdown_prose, pieces, safe_url
from grader.report.page import Card
from grader.report.words import CELL_WORDS, SIGNS, moment_words, seconds_words

Format = Literal["html", "md", "txt"]
WIDTH = 76


def templates_folder() -> Path:
    """Where the templates are: in the wheel beside this module, else in the checkout."""
    package = Path(__file__).parents[1]
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"


@cache
def environment(format_: Format) -> ImmutableSandboxedEnvironment:
    """Jinja for one format, with its own cache of templates."""
    harmless = _HARMLESS[format_]

    def finalize(value: Any) -> Any:
        return harmless(value) if type(value) is not Markup and isinstance(value, str) else value

    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "prose": _PROSE[format_],
        "count": lambda value: f"{value:,}",
        "cell_words": lambda cell: CELL_WORDS[cell.status],
        "seconds": seconds_words,
        "moment": moment_words,
        "sign": SIGNS.__getitem__,
        "code": lambda text: Markup(code_span(text) or "–"),  # noqa: S704 - fenced by `code_span`
        "link": link_filter,
        "wrapped": _wrapped,
        "headline": _headline,
        "at": number,
        "short": lambda text, limit: clean(text, limit=limit),
        "within": lambda share: min(max(share, 0.0), 1.0),
    }
    return made


def link_filter(link: Link) -> Markup:
    """A Markdown link to a lesson; only its title when the address is no plain https one."""
    title, url = markdown(link.title), safe_url(link.url)
    # Round brackets would end the address early.
    shown = f"[{title}]({url.replace('(', '%28').replace(')', '%29')})" if url else title
    return Markup(shown)  # noqa: S704 - escaped by `markdown`


def _wrapped(text: str, first: str = "") -> Markup:
    """A paragraph of at most WIDTH columns; `first` stands before it, the rest is indented."""
    lead = len(first) - len(first.lstrip())
    filled = textwrap.fill(
        clean(text) or "-",
        width=WIDTH,
        initial_indent=f"{' ' * lead}{clean(first)} " if first.strip() else first,
        subsequent_indent=" " * (lead + 2) if first.strip() else first,
        break_on_hyphens=False,
    )
    return Markup(filled)  # noqa: S704 - cleaned


def _headline(card: Card) -> Markup:
    """One line for a criterion: sign, word, title, points."""
    title = clean(card.verdict.title, limit=60)
    head = f"{SIGNS[card.verdict.status]} {card.word}: {title} ({card.points})"
    return Markup(textwrap.fill(head, width=WIDTH, subsequent_indent="    "))  # noqa: S704 - cleaned


def _html_prose(text: str) -> Markup:
    """HTML of a message: what stands between backticks becomes code."""
    parts = [
        f"<code>{escape(part)}</code>" if is_code else str(escape(part))
        for is_code, part in pieces(text)
    ]
    return Markup("".join(parts))  # noqa: S704 - every part is escaped


_HARMLESS: dict[str, Callable[[str], Markup]] = {
    "html": lambda text: escape(clean(text)),
    "md": lambda text: Markup(markdown(text)),  # noqa: S704 - escaped by `markdown`
    "txt": lambda text: Markup(clean(text)),  # noqa: S704 - plain text has no markup
}
_PROSE: dict[str, Callable[[str], Markup]] = {
    "html": _html_prose,
    "md": lambda text: Markup(markdown_prose(text)),  # noqa: S704 - escaped by markdown_prose
    "txt": _HARMLESS["txt"],
}


def number(value: float) -> str:
    """A coordinate: one decimal, never NaN or infinite."""
    return f"{value if math.isfinite(value) else 0.0:.1f}".removesuffix(".0")


@cache
def style(format_: Format) -> dict[str, Any]:
    """The style sheet and its hash: the page's policy allows this very style and no other."""
    if format_ != "html":
        return {}
    css = (templates_folder() / "report.css").read_text(encoding="utf-8")
    hashed = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return {"css": Markup(css), "css_hash": Markup(f"sha256-{hashed}")}  # noqa: S704 - ours
