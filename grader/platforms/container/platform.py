"""What the platforms that run us in a container of theirs share: one grade, one folder.

Two ways to write: `place=container` puts the files of one grade where the platform reads them;
`place=batch` (the default) gives every submission a folder of its own, to look at or to test.

A platform that kills a grader shows a bare zero. So a valid file is written after every stage that
decided something, and we stop ourselves before the platform does.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.platforms.seam import Entry, Options, Platform, Receipt, Sending, entry_for, held_file
from grader.platforms.shared import page
from grader.platforms.shared.page import line
from grader.records import Grade, PlatformError, write_atomically

OPTIONS = {
    "out": "folder to write to",
    "place": "`container`: one grade, straight into `out`; `batch`: a folder for each submission",
    "unfinished": "name of the last finished stage, when the grade is a partial one",
}
REFUSED = "Your notebook could not be read"
Files = Mapping[str, bytes | None]
"""Names relative to the submission's own folder; what is None must not be there afterwards."""


@dataclass(frozen=True, kw_only=True)
class Container(Platform):
    """A platform that starts a container of ours and reads what it leaves."""

    name: str
    options: Mapping[str, str]
    write: Callable[[Grade, Options, Path | None], Files]
    """Grade, options and the attempt's folder, if there is one → the files of one submission."""
    refuse: Callable[[str], Files]
    """What the platform reads where the student's file is no notebook, or not just one: the words
    say what to do. That is no fault of ours, and nothing for a person to look at."""
    refused_status: int = 0
    """The exit status of a refusal."""
    shown: Callable[[Grade, Options], str] = lambda grade, options: ""
    """Text for standard output."""
    submission: Path
    """Where the platform puts it: a notebook, or the folder that holds it."""
    out: Path
    """Where the platform reads from."""
    limit_s: float
    """The platform's own default; the instructor may have raised it (`GRADER_TIMEOUT_S`)."""
    allowed_s: tuple[int, int]
    """What it lets an instructor set (shortest, longest)."""
    pack_s: int
    """What a pack sets where nothing is said."""

    def deliver(self, sending: Sending) -> Receipt:
        """Raises PlatformError for options that do not fit."""
        place = sending.options.get("place", "batch")
        if place not in ("container", "batch"):
            raise PlatformError(f"{self.name}: place is `container` or `batch`, not {place!r}.")
        if place == "container" and len(sending.grades) != 1:
            raise PlatformError(
                f"{self.name}: place=container takes one grade, not {len(sending.grades)}."
            )
        files: dict[str, bytes] = {}
        gone: list[str] = []

        def plan(grade: Grade, _: object) -> Entry:
            prefix = "" if place == "container" else f"{grade.submission.id}/"
            made = self.write(grade, sending.options, sending.attempts.get(grade.submission.id))
            kept = {prefix + name: data for name, data in made.items() if data is not None}
            files.update(kept)
            gone.extend(prefix + name for name, data in made.items() if data is None)
            return entry_for(grade, b"\0".join(kept.values()))

        entries = sending.entries(plan)
        return sending.write(
            entries,
            files | (held_file(entries) if place == "batch" else {}),
            gone=gone,
            shown="".join(self.shown(grade, sending.options) for grade in sending.grades),
        )

    def write_refusal(self, words: str, out: Path) -> int:
        """Tell the student at once why no notebook was run; the exit status for the platform.

        Nothing was judged then, and no file of an earlier grading may be read as if it had been.
        """
        for name, data in self.refuse(line(words)).items():
            if data is None:
                (out / name).unlink(missing_ok=True)
            else:
                write_atomically(out / name, data)
        return self.refused_status


def as_json(value: Mapping[str, Any]) -> bytes:
    """A file that any reader of JSON takes: no NaN, ASCII only."""
    return json.dumps(value, indent=1, allow_nan=False, ensure_ascii=True).encode()


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
