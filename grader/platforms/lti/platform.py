"""LTI 1.3: scores into the gradebook of any platform with Assignment and Grade Services.

Held: `gradingProgress: PendingManual` without a score, which every platform shows as "not graded
yet". Exempt: nothing; AGS has no word for it. Times only ever grow for a user, as AGS demands.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.platforms.lti.client import Ags, Tool
from grader.platforms.seam import Entry, Options, Receipt, check_options, not_sent
from grader.platforms.shared import page, roster
from grader.platforms.shared.files import now
from grader.platforms.shared.receipts import Sent, attempt_folders, last_sent, remember
from grader.platforms.shared.texts import line, number
from grader.records import Grade, PlatformError, digest

STEP = datetime.timedelta(milliseconds=1)
MAX_COMMENT = 2000


class Lti:
    """One score for each submission, posted to one line item."""

    name = "lti"
    options: Mapping[str, str] = {
        "tool": "TOML file: client_id, token_url, key_file, kid, and lineitem or lineitems + label",
        "roster": "CSV file with columns submission,user: the LTI user id (`sub`) of each",
        "comments": "`on` (default) or `off`: a comment with what to fix",
    }

    def send(
        self, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
    ) -> Receipt:
        """Post what changed; one user who is refused does not stop the others."""
        check_options(self, options, needed=("tool", "roster"))
        tool = read_tool(Path(options["tool"]))
        people = roster.read(options)
        places = attempt_folders(folder, grades)
        client = Ags(tool)
        try:
            most = max((grade.max_points for grade in grades), default=1.0)
            target, maximum = client.line_item(most, create=not dry_run)
            post = Post(client, target, maximum, options)
            entries = [
                post.one(grade, people, places.get(grade.submission.id), dry_run=dry_run)
                for grade in grades
            ]
        finally:
            client.close()
        return Receipt(sink=self.name, target=target, dry_run=dry_run, entries=tuple(entries))


class Post:
    """Posting to one line item."""

    def __init__(self, client: Ags, target: str, maximum: float, options: Options) -> None:
        self.client, self.target, self.maximum = client, target, maximum
        self.comments = options.get("comments", "on") == "on"

    def one(
        self, grade: Grade, people: Mapping[str, str], place: Path | None, *, dry_run: bool
    ) -> Entry:
        """One grade. A second post of the same score is left out."""
        name = grade.submission.id
        if grade.exempt and not grade.held:
            message = "exempt: set that on the platform, LTI has no word for it"
            return Entry(submission=name, status="exempt", message=message)
        if name not in people:
            message = "not in the roster"
            return Entry(submission=name, status="refused", message=message)
        score = score_of(grade, people[name], self.maximum, comments=self.comments)
        known = last_sent(place, Lti.name, self.target)
        entry = Entry(
            submission=name,
            status="planned",
            before=known.detail.get("shown", "") if known else "",
            after=_shown(score),
            payload_sha256=digest(score),
        )
        held = not_sent(grade)
        quiet = {"status": "held", "message": held.message} if held else {"status": "unchanged"}
        if known and known.payload_sha256 == entry.payload_sha256:
            return entry.model_copy(update=quiet)
        if dry_run:
            return entry.model_copy(update=quiet if held else {})
        score["timestamp"] = later_than(known.detail.get("timestamp", "") if known else "")
        try:
            self.client.post_score(self.target, score)
        except PlatformError as problem:
            return entry.model_copy(update={"status": "refused", "message": problem.message})
        self._remember(grade, place, entry, score)
        return entry.model_copy(update=quiet if held else {"status": "sent"})

    def _remember(
        self, grade: Grade, place: Path | None, entry: Entry, score: Mapping[str, Any]
    ) -> None:
        sent = Sent(
            sink=Lti.name,
            target=self.target,
            payload_sha256=entry.payload_sha256,
            points=None if grade.held else grade.points,
            at=now(),
            detail={"timestamp": score["timestamp"], "shown": entry.after},
        )
        remember(place, sent)


def score_of(grade: Grade, user: str, maximum: float, *, comments: bool = True) -> dict[str, Any]:
    """The score without its timestamp: equal grades, equal scores."""
    score: dict[str, Any] = {"userId": user, "activityProgress": "Completed"}
    if grade.held:
        return score | {"gradingProgress": "PendingManual", "comment": page.HELD_WORDS}
    scale = maximum / grade.max_points if grade.max_points else 1.0
    score |= {
        "gradingProgress": "FullyGraded",
        "scoreGiven": round(max(0.0, grade.points * scale), 4),
        "scoreMaximum": maximum,
    }
    if comments:
        score["comment"] = "\n".join(page.headline(grade))[:MAX_COMMENT]
    return score


def later_than(last: str) -> str:
    """Now, in UTC with milliseconds; after `last` even when the clock was set back."""
    at = datetime.datetime.now(datetime.UTC)
    if last:
        at = max(at, datetime.datetime.fromisoformat(last) + STEP)
    return at.isoformat(timespec="milliseconds")


def read_tool(path: Path) -> Tool:
    """The TOML file. `key_file` is relative to it. Raises PlatformError that names the key."""
    try:
        tool = Tool.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as problem:
        raise PlatformError(f"lti: {path.name}: {line(str(problem), 300)}") from problem
    if not tool.lineitem and not (tool.lineitems and tool.label):
        raise PlatformError(f"lti: {path.name}: give lineitem, or lineitems and label.")
    return tool.model_copy(update={"key_file": path.parent / tool.key_file})


def _shown(score: Mapping[str, Any]) -> str:
    if "scoreGiven" not in score:
        return str(score["gradingProgress"])
    return f"{number(score['scoreGiven'])}/{number(score['scoreMaximum'])}"
