"""The parts of a report as data: what a page consists of, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.records import Grade, Link, Misconception, Verdict

Audience = Literal["student", "instructor"]


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The total, or that there is none yet."""

    held: bool
    final: bool
    """True: there is a total to show."""
    headline: str
    sentence: str
    reasons: tuple[str, ...]
    points: str
    max_points: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Card:
    """One criterion."""

    anchor: str
    verdict: Verdict
    word: str
    points: str
    share: float
    lessons: tuple[Link, ...]
    waits_for: tuple[str, ...]
    """Titles of the criteria it needs, where the message does not name them."""
    objective: str

    @property
    def open(self) -> bool:
        """Unfolded from the start: what there is something to do about."""
        return self.verdict.status in {"partial", "failed", "error"}


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One learning objective and the points of its criteria."""

    title: str
    points: str
    max_points: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A numbered note at boxes of the model's picture."""

    number: int
    title: str
    anchor: str
    layers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """All of a report but the pictures and the words around it."""

    grade: Grade
    audience: Audience
    glance: Glance
    first: Card | None
    cards: tuple[Card, ...]
    goals: tuple[Goal, ...]
    differences: tuple[Difference, ...]
    misconceptions: tuple[tuple[Misconception, Link | None], ...]
    changes: tuple[str, ...]
    """What people decided after the grader, in sentences."""
    comments: tuple[str, ...]
    unseen: str
    """A sentence on criteria that this reader is not shown, or ""."""
