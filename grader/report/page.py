"""What a report says and in which order, before it is laid out: a grade as one reader sees it.

Pure: no template, no file. Texts of the student stay as they are here; they are made harmless
where they are put into a page (`templates.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from grader.records import Grade, Link, Misconception, Verdict
from grader.report.causes import MENDED, Fallen, briefly, fallen, unblocked
from grader.report.harmless import safe_url
from grader.report.words import (
    EXEMPT,
    STATUS_WORDS,
    amount,
    changes,
    comments,
    held_words,
    plural,
)

Audience = Literal["student", "instructor"]


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The total, or that there is none yet."""

    held: bool
    final: bool
    """True: there is a total to show."""
    headline: str
    sentence: str
    next_step: str
    """What happens next with a grade that is held, and who does it; else ""."""
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


@dataclass(frozen=True, kw_only=True)
class Group:
    """Criteria that fell for one reason, or a single one, whatever became of it."""

    cards: tuple[Card, ...]
    title: str = ""
    """The cause, where several criteria fell by it."""
    message: str = ""
    """What they all say beyond the title."""
    lost: str = ""
    """The points that hang on it."""
    idea: str = ""
    """The misconception that the one criterion shows."""
    hint: str = ""
    lessons: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One learning objective and the points of its criteria."""

    title: str
    points: str
    max_points: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Page:
    """All of a report but the pictures and the words around it."""

    grade: Grade
    audience: Audience
    glance: Glance
    first: Group | None
    """What to mend first."""
    then: tuple[Group, ...]
    """What to mend after that, by the points that hang on it."""
    rest: tuple[Group, ...]
    """All other criteria: there is nothing to mend, or we could not look."""
    cards: tuple[Card, ...]
    """Every criterion, in the rubric's order."""
    goals: tuple[Goal, ...]
    differences: tuple[Card, ...]
    """Those with a note at boxes of the model's picture; numbered from 1."""
    misconceptions: tuple[tuple[Misconception, Link | None], ...]
    changes: tuple[str, ...]
    """What people decided after the grader, in sentences."""
    comments: tuple[str, ...]
    unseen: str
    """A sentence on criteria that this reader is not shown, or ""."""


def page(grade: Grade, audience: Audience = "student") -> Page:
    """The grade as `audience` sees it: students do not see criteria for the instructor only."""
    visible = [
        verdict
        for verdict in grade.verdicts
        if audience == "instructor" or verdict.visibility == "visible"
    ]
    shown = unblocked(visible)
    if grade.held and audience == "student":
        shown = []  # why and what happens next, not what is missing: nothing of it is final
    titles = {verdict.criterion: verdict.title for verdict in shown}
    cards = {v.criterion: _card(grade, v, at, titles) for at, v in enumerate(shown, start=1)}
    mend = [_group(cause, cards) for cause in fallen(grade, shown)]
    first = None if grade.held else next(iter(mend), None)
    return Page(
        grade=grade,
        audience=audience,
        glance=_glance(grade, audience, shown),
        first=first,
        then=tuple(mend[1:] if first else mend),
        rest=tuple(
            Group(cards=(card,)) for card in cards.values() if card.verdict.status not in MENDED
        ),
        cards=tuple(cards.values()),
        goals=_goals(grade, shown),
        differences=tuple(
            card
            for card in cards.values()
            if card.verdict.where and card.verdict.status in {"failed", "partial"}
        ),
        misconceptions=() if grade.held else _misconceptions(grade, shown, audience),
        changes=changes(grade, audience),
        comments=comments(grade),
        unseen=_unseen(grade, shown),
    )


def safe_links(links: Sequence[Link]) -> tuple[Link, ...]:
    """The same links, those that are no plain https addresses without their address."""
    return tuple(Link(title=link.title, url=safe_url(link.url)) for link in links if link.title)


def _glance(grade: Grade, audience: Audience, shown: Sequence[Verdict]) -> Glance:
    final = grade.counts
    headline = f"{amount(grade.points)} of {amount(grade.max_points)} points"
    reason, next_step = held_words(grade, audience) if grade.held else ("", "")
    if not final:
        headline = "This grade is on hold" if grade.held else "This submission is exempt"
    return Glance(
        held=grade.held,
        final=final,
        headline=headline,
        sentence=_tally(shown) if final else reason if grade.held else EXEMPT,
        next_step=next_step,
        points=amount(grade.points) if final else "",
        max_points=amount(grade.max_points),
        share=_share(grade.points, grade.max_points) if final else 0.0,
    )


def _share(points: float, most: float) -> float:
    """Between 0 and 1, also for a bonus and for what carries no points."""
    return min(max(points / most, 0.0), 1.0) if most > 0 else 0.0


def _tally(shown: Sequence[Verdict]) -> str:
    """How many criteria passed and what is left, in one sentence."""
    passed = sum(verdict.status == "passed" for verdict in shown)
    if passed == len(shown):
        return "Everything that was asked is in place. Well done!"
    rest = [
        (sum(verdict.status == status for verdict in shown), word)
        for status, word in (
            ("partial", "partly there"),
            ("failed", "not there yet"),
            ("skipped", "waiting for another one"),
        )
    ]
    left = ", ".join(f"{count} {word}" for count, word in rest if count)
    return f"{passed} of {plural(len(shown), 'criterion', 'criteria')} passed; {left}."


def _group(cause: Fallen, cards: Mapping[str, Card]) -> Group:
    """What several criteria have in common stands above them, once."""
    first, *others = cause.verdicts
    if not others:
        return Group(cards=(cards[first.criterion],), idea=cause.idea)
    told = [briefly(verdict, first) for verdict in others]
    alike = any(not verdict.message for verdict in told)
    first = first.model_copy(update={"hint": "", **({"message": "", "why": ""} if alike else {})})
    below = [_beside(cause.title, verdict) for verdict in (first, *told)]
    return Group(
        cards=tuple(replace(cards[v.criterion], verdict=v, lessons=()) for v in below),
        title=cause.title,
        message=cause.verdicts[0].message.removeprefix(cause.title).lstrip(".: ") if alike else "",
        lost=cause.hangs,
        hint=cause.hint,
        lessons=safe_links(cause.lessons),
    )


def _beside(title: str, verdict: Verdict) -> Verdict:
    """What is left to say of a verdict below the cause: nothing where it says just that."""
    said = verdict.message.rstrip(".") == title.rstrip(".")
    return verdict.model_copy(update={"message": ""}) if said else verdict


def _card(grade: Grade, verdict: Verdict, at: int, titles: dict[str, str]) -> Card:
    waits = [titles[name] for name in verdict.blocked_by if name in titles]
    return Card(
        anchor=f"criterion-{at}",
        verdict=verdict,
        word=STATUS_WORDS[verdict.status],
        points=_points(verdict),
        share=_share(verdict.points, verdict.max_points),
        lessons=safe_links(verdict.lessons),
        waits_for=tuple(title for title in dict.fromkeys(waits) if title not in verdict.message),
        objective=grade.objectives.get(verdict.objective, ""),
    )


def _points(verdict: Verdict) -> str:
    if verdict.max_points <= 0:
        return "shown, no points"
    if verdict.status == "error":
        return f"of {amount(verdict.max_points)} points, still open"
    return f"{amount(verdict.points)} of {amount(verdict.max_points)} points"


def _goals(grade: Grade, shown: Sequence[Verdict]) -> tuple[Goal, ...]:
    """The learning objectives that carry points; none where there is no total."""
    goals = []
    for name, title in grade.objectives.items():
        own = [verdict for verdict in shown if verdict.objective == name]
        most = sum(verdict.max_points for verdict in own)
        got = sum(verdict.points for verdict in own)
        if most > 0 and grade.counts:
            share = _share(got, most)
            goals.append(
                Goal(title=title, points=amount(got), max_points=amount(most), share=share)
            )
    return tuple(goals)


def _misconceptions(
    grade: Grade, shown: Sequence[Verdict], audience: Audience
) -> tuple[tuple[Misconception, Link | None], ...]:
    """Those that are no cause of what is to be mended, which says them already; with their lesson
    if its address is a safe one."""
    spoken = {name for verdict in shown for name in verdict.misconceptions}
    secret = {name for verdict in grade.verdicts for name in verdict.misconceptions} - spoken
    causes = {verdict.cause for verdict in shown if verdict.status in MENDED}
    return tuple(
        (idea, next(iter(safe_links([idea.lesson] if idea.lesson else [])), None))
        for idea in grade.misconceptions
        if idea.id not in causes and (audience == "instructor" or idea.id not in secret)
    )


def _unseen(grade: Grade, shown: Sequence[Verdict]) -> str:
    seen = {verdict.criterion for verdict in shown}
    hidden = [verdict for verdict in grade.verdicts if verdict.criterion not in seen]
    most = sum(verdict.max_points for verdict in hidden)
    if most <= 0 or not grade.counts:
        return ""
    got = sum(verdict.points for verdict in hidden)
    return (
        f"{amount(got)} of {amount(most)} points of the total come from criteria "
        "that only your instructor sees."
    )
