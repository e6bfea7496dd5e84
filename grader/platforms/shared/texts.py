"""Text for the programs that platforms are: `report.harmless` in the lengths that they need."""

from __future__ import annotations

import html

from grader.report import clean, markdown_prose, pieces, sheet_cell

CUT = " … (cut)"
MAX_LINE = 1000
MAX_TEXT = 4000


def line(text: str, most: int = MAX_LINE) -> str:
    """One line of plain text, at most `most` characters."""
    return clean(text, limit=most)


def markdown(text: str, most: int = MAX_TEXT) -> str:
    """One line that Markdown shows letter by letter: no links, pictures, HTML or mentions."""
    return markdown_prose(text, limit=most)


def markup(text: str, most: int = MAX_TEXT) -> str:
    """One line for HTML content and attributes."""
    return html.escape(clean(text, limit=most), quote=True)


def prose(text: str, most: int = MAX_TEXT) -> str:
    """One line for HTML content; what stands between backticks becomes `<code>`."""
    parts = pieces(text, limit=most)
    return "".join(
        f"<code>{html.escape(part)}</code>" if code else html.escape(part) for code, part in parts
    )


def cell(text: str, most: int = MAX_TEXT) -> str:
    """One line for a spreadsheet: never a formula."""
    return sheet_cell(text, limit=most)


def number(value: float) -> str:
    """At most two decimals and none that say nothing: 87.5, 100, 33.33."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def capped(data: str, most_bytes: int, note: str = CUT) -> str:
    """At most `most_bytes` of UTF-8, cut between characters, with a note when cut."""
    raw = data.encode()
    if len(raw) <= most_bytes:
        return data
    room = max(0, most_bytes - len(note.encode()))
    return raw[:room].decode(errors="ignore") + note
