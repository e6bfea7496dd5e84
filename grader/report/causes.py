"""One cause is told once: criteria that fell for one reason, together, and what hangs on it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.records import Grade, Link, Verdict
from grader.report.words import BEHIND, amount

MENDED = {"failed", "partial", "skipped"}


@dataclass(frozen=True, kw_only=True)
class Fallen:
    """The criteria that fell by one cause, the foremost first."""

    title: str
    idea: str
    """The same where it is a misconception, else ""."""
    verdicts: tuple[Verdict, ...]
    hint: str
    lessons: tuple[Link, ...]

    @property
    def lost(self) -> float:
        """The points that hang on it."""
        return sum(verdict.max_points - verdict.points for verdict in self.verdicts)

    @property
    def hangs(self) -> str:
        """The same in words."""
        return f"{amount(self.lost)} {'point hangs' if self.lost == 1 else 'points hang'} on it"


def fallen(grade: Grade, shown: Iterable[Verdict]) -> tuple[Fallen, ...]:
    """What is to be mended, in the order in which to mend it.

    shown: the verdicts that the reader may see: nothing of others is told.
    """
    groups: dict[str, list[Verdict]] = {}
    for verdict in unblocked(tuple(shown)):
        if verdict.status in MENDED:
            groups.setdefault(verdict.cause or f" {verdict.criterion}", []).append(verdict)
    made = {cause: _group(grade, cause, verdicts) for cause, verdicts in groups.items()}
    order = [cause.id for cause in grade.causes]

    def key(cause: str) -> tuple[bool, int, float]:
        first = any(v.criterion == grade.first_to_fix for v in made[cause].verdicts)
        return not first, order.index(cause) if cause in order else len(order), -made[cause].lost

    return tuple(made[cause] for cause in sorted(made, key=key))


def _group(grade: Grade, cause: str, verdicts: Sequence[Verdict]) -> Fallen:
    verdicts = sorted(verdicts, key=lambda v: (v.status == "skipped", not v.max_points))
    title = next((known.title for known in grade.causes if known.id == cause), verdicts[0].message)
    if verdicts[0].status == "skipped":
        title = verdicts[0].message  # the cause itself is of a criterion that is not shown
    return Fallen(
        title=title,
        idea=title * any(idea.id == cause for idea in grade.misconceptions),
        verdicts=tuple(verdicts),
        hint=next((verdict.hint for verdict in verdicts if verdict.hint), ""),
        lessons=tuple(dict.fromkeys(link for verdict in verdicts for link in verdict.lessons)),
    )


def unblocked(shown: Sequence[Verdict]) -> list[Verdict]:
    """The same; what waits for a criterion that this reader does not see does not name it."""
    titles = {verdict.criterion for verdict in shown}
    return [
        verdict.model_copy(update={"message": BEHIND})
        if set(verdict.blocked_by) - titles
        else verdict
        for verdict in shown
    ]


def told_once(shown: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts for a row each: the first of a cause tells it, the others name that one."""
    first: dict[str, Verdict] = {}
    rows = []
    for verdict in unblocked(tuple(shown)):
        before = verdict
        if verdict.cause and verdict.status in MENDED:
            before = first.setdefault(verdict.cause, verdict)
        if before is not verdict:
            verdict = briefly(verdict, before)  # noqa: PLW2901
            if before.title not in verdict.message:
                message = f"{verdict.message} Same cause as “{before.title}”.".strip()
                verdict = verdict.model_copy(update={"message": message})  # noqa: PLW2901
        rows.append(verdict)
    return rows


def briefly(verdict: Verdict, before: Verdict) -> Verdict:
    """What a verdict says beside another one of the same cause: where both say the same nothing,
    else its first sentence without the error; hint and lessons stand with the other."""
    if verdict.message == before.message:
        own = {"message": "", "seen": "", "expected": ""}
    else:
        told, seen = (text.partition(": ")[2] for text in (before.seen, verdict.seen))
        message = re.split(r"(?<=[.!?])\s", verdict.message, maxsplit=1)[0]
        if told and told in message:  # the error, which the other has shown with its cell
            message = message.partition(told)[0].rstrip(": ") + "."
        own = {"message": message, "seen": "" if seen and seen in before.message else verdict.seen}
    return verdict.model_copy(update={**own, "why": "", "hint": "", "lessons": ()})
