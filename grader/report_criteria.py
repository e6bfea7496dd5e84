"""The criteria of a report, laid out one by one: most students of a class read the same of most.

What was made of a card is kept under the card as a whole – every word, number and link that its
template may name is in it – so another student gets it only where each of them is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from grader import picture
from grader.plain import LIMIT
from grader.report_shape import Card
from grader.report_templates import Format, environment

KEPT = 1024


def criteria(cards: Sequence[Card], format_: Format) -> list[Markup]:
    """Each card as `criterion.*.j2` lays it out."""
    return [(_kept if _short(card) else _laid_out)(card, format_) for card in cards]


def _short(card: Card) -> bool:
    """Long texts are a student's own, and would only fill the memory."""
    verdict = card.verdict
    return max(len(verdict.message), len(verdict.seen), len(verdict.expected)) <= LIMIT


def _laid_out(card: Card, format_: Format) -> Markup:
    template = environment(format_).get_template(f"criterion.{format_}.j2")
    bar = Markup(_bar(card) if format_ == "html" else "")  # noqa: S704 - ours, escaped by `picture`
    return Markup(template.render(card=card, bar=bar))  # noqa: S704 - a template's, every value safe


_kept = lru_cache(maxsize=KEPT)(_laid_out)


def _bar(card: Card) -> str:
    """None where there are no points, or none yet."""
    if card.verdict.max_points <= 0 or card.verdict.status == "error":
        return ""
    return picture.bar(card.share, title=card.points, kind=card.verdict.status)
