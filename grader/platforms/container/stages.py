"""Keeping what was earned when a platform's time or memory runs out.

A platform that kills a grader shows a bare zero. So a valid file is written after every stage
that decided something, and we stop ourselves before the platform does.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.platforms.container.platform import Container
from grader.platforms.seam import Receipt
from grader.platforms.shared import page
from grader.records import Grade

MARGIN_S, MARGIN_SHARE = 60.0, 0.1
"""We end this long before the platform would: a minute, or a tenth of a short limit."""


def own_limit_s(limit_s: float) -> float:
    """Our deadline, below the platform's."""
    return max(1.0, limit_s - min(MARGIN_S, limit_s * MARGIN_SHARE))


def unfinished(grade: Grade) -> Grade | None:
    """The grade of an unfinished grading with what was decided, to be shown as such; None when
    nothing was, or the run itself failed for a reason of ours."""
    decided = page.decided(grade.verdicts)
    if not decided or grade.run.party != "student":
        return None
    points = round(sum(verdict.points for verdict in decided), 4)
    return grade.model_copy(update={"held": False, "held_because": "", "points": points})


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
        self.kept = self._send(partial, folder, self.options | {"unfinished": stage})
        return self.kept

    def finish(self, grade: Grade, folder: Path) -> Receipt:
        """Write the grade; a hold takes an earlier partial file away again.

        But where only measuring failed (too little memory or time for it is the usual reason),
        what was decided before stays as it was written then.
        """
        unmeasured = grade.measured is None or grade.measured.status == "failed"
        if self.kept and grade.held and unmeasured and unfinished(grade) is not None:
            return self.kept
        return self._send(grade, folder, self.options)

    def _send(self, grade: Grade, folder: Path, options: Mapping[str, str]) -> Receipt:
        return self.container.send([grade], folder=folder, options=options, dry_run=False)
