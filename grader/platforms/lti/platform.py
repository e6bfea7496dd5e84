"""LTI 1.3: scores into the gradebook of any platform with Assignment and Grade Services.

Held: `gradingProgress: PendingManual` without a score, which every platform shows as "not graded
yet". Exempt: nothing; AGS has no word for it. Times only ever grow for a user, as AGS demands.
"""

import contextlib
import datetime
import tomllib
from pathlib import Path
from typing import Any

from grader.platforms.lti.client import Ags, Tool
from grader.platforms.seam import Entry, Platform, Receipt, Sending, refused
from grader.platforms.shared import page
from grader.platforms.shared.texts import fraction, line
from grader.records import Grade, PlatformError, digest

STEP = datetime.timedelta(milliseconds=1)
MAX_COMMENT = 2000


class Lti(Platform):
    """One score for each submission, posted to one line item."""

    name = "lti"
    options = {
        "tool": "TOML file: client_id, token_url, key_file, kid, and lineitem or lineitems + label",
        "roster": "CSV file with columns submission,user: the LTI user id (`sub`) of each",
        "comments": "`on` (default) or `off`: a comment with what to fix",
    }

    def deliver(self, sending: Sending) -> Receipt:
        """Post what changed; one user who is refused does not stop the others."""
        sending.need("tool", "roster")
        with contextlib.closing(Ags(read_tool(Path(sending.options["tool"])))) as client:
            most = max((grade.max_points for grade in sending.grades), default=1.0)
            target, maximum = client.line_item(most, create=not sending.dry_run)
            entries = [post(grade, sending, client, target, maximum) for grade in sending.grades]
        return sending.receipt(target, entries)


def post(grade: Grade, sending: Sending, client: Ags, target: str, maximum: float) -> Entry:
    """One grade to one line item. A second post of the same score is left out."""
    name = grade.submission.id
    if grade.exempt and not grade.held:
        message = "exempt: set that on the platform, LTI has no word for it"
        return Entry(submission=name, status="exempt", message=message)
    if name not in sending.people:
        return refused(grade, "not in the roster")
    comments = sending.is_on("comments")
    score = score_of(grade, sending.people[name], maximum, comments=comments)
    known = sending.last(grade, target)
    before = known.detail if known else {}
    entry = Entry(
        submission=name,
        status="held" if grade.held else "planned",
        before=before.get("shown", ""),
        after=str(score["gradingProgress"])
        if grade.held
        else fraction(score["scoreGiven"], score["scoreMaximum"]),
        message=grade.held_because if grade.held else "",
        payload_sha256=digest(score),
    )
    if known and known.payload_sha256 == entry.payload_sha256:
        return entry if grade.held else entry.but(status="unchanged")
    if sending.dry_run:
        return entry
    score["timestamp"] = later_than(before.get("timestamp", ""))
    try:
        client.post_score(target, score)
    except PlatformError as problem:
        return entry.but(status="refused", message=problem.message)
    detail = {"timestamp": score["timestamp"], "shown": entry.after}
    sending.remember(grade, entry, target, counts=not grade.held, **detail)
    return entry if grade.held else entry.but(status="sent")


def score_of(grade: Grade, user: str, maximum: float, *, comments: bool = True) -> dict[str, Any]:
    """The score without its timestamp: equal grades, equal scores."""
    score: dict[str, Any] = {"userId": user, "activityProgress": "Completed"}
    if grade.held:
        return score | {"gradingProgress": "PendingManual", "comment": page.held_text(grade)}
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
    except (OSError, ValueError) as problem:
        raise PlatformError(f"lti: {path.name}: {line(str(problem), 300)}") from problem
    if not tool.lineitem and not (tool.lineitems and tool.label):
        raise PlatformError(f"lti: {path.name}: give lineitem, or lineitems and label.")
    return tool.model_copy(update={"key_file": path.parent / tool.key_file})
