"""The criteria of a report, laid out one by one: most students of a class read the same of most.

What was made of a card is kept under the card as a whole – every word, number and link that its
template may name is in it – so another student gets it only where each of them is the same.
"""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from grader.report.harmless import LIMIT
from grader.report.pictures import svg as picture
from grader.report.shape import Card
from grader.report.templates import Format, environment

KEPT = 1024
"""Cards, of a few kilobytes each with what was made of them."""


class LaidOut:
    """One card as each `criterion.*.j2` lays it out, made when it is first asked for."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._made: dict[Format, Markup] = {}

    def as_(self, format_: Format) -> Markup:
        if format_ not in self._made:
            self._made[format_] = _made(self._card, format_)
        return self._made[format_]


def laid_out(card: Card) -> LaidOut:
    """The same for equal cards. Not of long texts: they are a student's own, and would only fill
    the memory."""
    verdict = card.verdict
    short = max(len(verdict.message), len(verdict.seen), len(verdict.expected)) <= LIMIT
    return _kept(card) if short else LaidOut(card)


_kept = lru_cache(maxsize=KEPT)(LaidOut)


def _made(card: Card, format_: Format) -> Markup:
    template = environment(format_).get_template(f"criterion.{format_}.j2")
    bar = Markup(_bar(card) if format_ == "html" else "")  # noqa: S704 - ours, escaped by `picture`
    return Markup(template.render(card=card, bar=bar))  # noqa: S704 - a template's, every value safe


def _bar(card: Card) -> str:
    """None where there are no points, or none yet."""
    if card.verdict.max_points <= 0 or card.verdict.status == "error":
        return ""
    return picture.bar(card.share, title=card.points, kind=card.verdict.status)
