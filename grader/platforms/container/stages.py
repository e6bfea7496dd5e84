"""Keeping what was earned when a platform's time or memory runs out.

A platform that kills a grader shows a bare zero. So a valid file is written after every stage
that decided something, and we stop ourselves before the platform does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.platforms.container.coursera import Coursera
from grader.platforms.container.github import GitHub
from grader.platforms.container.gradescope import Gradescope
from grader.platforms.container.prairielearn import PrairieLearn
from grader.platforms.seam import Platform, Receipt
from grader.platforms.shared import page
from grader.records import Grade, PlatformError

MARGIN_S, MARGIN_SHARE = 60.0, 0.1
"""We end this long before the platform would: a minute, or a tenth of a short limit."""
DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Container:
    """Where a platform puts the submission and reads from, in its container."""

    platform: Platform
    submission: Path
    """A notebook, or the folder that holds it."""
    out: Path
    limit_s: float
    """The platform's own default; the instructor may have raised it (`GRADER_TIMEOUT_S`)."""


CONTAINERS: Mapping[str, Container] = {
    "gradescope": Container(
        platform=Gradescope(),
        submission=Path("/autograder/submission"),
        out=Path("/autograder/results"),
        limit_s=600,
    ),
    "coursera": Container(
        platform=Coursera(),
        submission=Path("/shared/submission"),
        out=Path("/shared"),
        limit_s=1200,
    ),
    "prairielearn": Container(
        platform=PrairieLearn(),
        submission=Path("/grade/student"),
        out=Path("/grade/results"),
        limit_s=600,
    ),
    "github": Container(platform=GitHub(), submission=Path(), out=Path("grading"), limit_s=3600),
}


def find_container(name: str) -> Container:
    """Raises PlatformError for a platform that runs no containers."""
    if name not in CONTAINERS:
        raise PlatformError(
            f"{name!r} does not run graders.", what_to_do=f"These do: {', '.join(CONTAINERS)}."
        )
    return CONTAINERS[name]


def own_limit_s(limit_s: float) -> float:
    """Our deadline, below the platform's."""
    return max(1.0, limit_s - min(MARGIN_S, limit_s * MARGIN_SHARE))


def unfinished(grade: Grade) -> Grade | None:
    """The grade of an unfinished grading with what was decided, to be shown as such; None when
    nothing was, or the run itself failed for a reason of ours."""
    decided = page.decided(grade.verdicts)
    if not decided or grade.run.party != "student":
        return None
    points = round(sum(verdict.points for verdict in decided), DIGITS)
    return grade.model_copy(update={"held": False, "held_because": "", "points": points})


def _only_measuring(grade: Grade) -> bool:
    failed = grade.measured is None or grade.measured.status == "failed"
    return failed and unfinished(grade) is not None


class Stages:
    """One grading in a platform's container: its clock, and its file after each stage."""

    def __init__(
        self,
        container: Container,
        options: Mapping[str, str],
        *,
        limit_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.container = container
        self.options = {"out": str(container.out), **options, "place": "container"}
        self._clock = clock
        self._end = clock() + own_limit_s(limit_s or container.limit_s)
        self.kept: Receipt | None = None
        """Of the file that is there now, when it is a partial one."""

    def left_s(self) -> float:
        """Seconds until our own deadline; budgets of runs are cut to it."""
        return max(0.0, self._end - self._clock())

    def after(self, stage: str, grade: Grade, folder: Path) -> Receipt | None:
        """Write what `stage` decided, if it decided anything."""
        partial = unfinished(grade)
        if partial is None:
            return None
        options = {**self.options, "unfinished": stage}
        self.kept = self._send(partial, folder, options)
        return self.kept

    def finish(self, grade: Grade, folder: Path) -> Receipt:
        """Write the grade; a hold takes an earlier partial file away again.

        But where only measuring failed (too little memory or time for it is the usual reason),
        what was decided before stays as it was written then.
        """
        if self.kept and grade.held and _only_measuring(grade):
            return self.kept
        return self._send(grade, folder, self.options)

    def _send(self, grade: Grade, folder: Path, options: Mapping[str, str]) -> Receipt:
        return self.container.platform.send([grade], folder=folder, options=options, dry_run=False)
