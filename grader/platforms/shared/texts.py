"""Text for the programs that platforms are: `report.harmless` in the lengths that they need."""

import html

from grader.records import Grade
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


def prose(text: str) -> str:
    """One line for HTML content; what stands between backticks becomes `<code>`."""
    return "".join(
        f"<code>{html.escape(part)}</code>" if is_code else html.escape(part)
        for is_code, part in pieces(text, limit=MAX_TEXT)
    )


def cell(text: str) -> str:
    """One line for a spreadsheet: never a formula."""
    return sheet_cell(text, limit=MAX_TEXT)


def number(value: float) -> str:
    """At most two decimals and none that say nothing: 87.5, 100, 33.33."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def fraction(points: float, most: float) -> str:
    """ "8.5/10"."""
    return f"{number(points)}/{number(most)}"


def scaled(grade: Grade, possible: float | None) -> float:
    """Points on the platform's scale: 45 of 50 is 9 where 10 are possible."""
    if not possible or not grade.max_points:
        return round(grade.points, 2)
    return round(grade.points * possible / grade.max_points, 2)


def capped(data: str, most_bytes: int) -> str:
    """At most `most_bytes` of UTF-8, cut between characters, with a note when cut."""
    raw = data.encode()
    if len(raw) <= most_bytes:
        return data
    return raw[: most_bytes - len(CUT.encode())].decode(errors="ignore") + CUT
