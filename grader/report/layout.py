"""Small pieces of Markdown and text reports: signs, code, links, wrapped paragraphs."""

import textwrap

from grader.records import Link
from grader.report.harmless import LIMIT, clean, code_span, markdown, safe_url
from grader.report.page import Card

WIDTH = 76
SIGNS = {"passed": "✓", "partial": "◐", "failed": "✗", "skipped": "…", "error": "‖"}


def sign(status: str) -> str:
    """One character for a status; its word always stands beside it."""
    return SIGNS[status]


def code_filter(text: str) -> str:
    """A Markdown code span; a dash for an empty text."""
    return code_span(text) or "–"


def link_filter(link: Link) -> str:
    """A Markdown link to a lesson; only its title when the address is no plain https one."""
    title, url = markdown(link.title), safe_url(link.url)
    # Round brackets would end the address early.
    return f"[{title}]({url.replace('(', '%28').replace(')', '%29')})" if url else title


def wrapped(text: str, first: str = "") -> str:
    """A paragraph of at most WIDTH columns; `first` stands before it, the rest is indented."""
    lead = len(first) - len(first.lstrip())
    return textwrap.fill(
        clean(text, limit=LIMIT) or "-",
        width=WIDTH,
        initial_indent=f"{' ' * lead}{clean(first)} " if first.strip() else first,
        subsequent_indent=" " * (lead + 2) if first.strip() else first,
        break_on_hyphens=False,
    )


def headline(card: Card) -> str:
    """One line for a criterion: sign, word, title, points."""
    verdict = card.verdict
    head = f"{sign(verdict.status)} {card.word}: {clean(verdict.title, limit=60)} ({card.points})"
    return textwrap.fill(head, width=WIDTH, subsequent_indent="    ")
