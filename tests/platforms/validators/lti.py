"""One score as it is posted (LTI-AGS 2.0, sections 3.4 and 3.5)."""

from __future__ import annotations

import datetime
import re
from typing import Any

from validators.shape import Files, Look

ACTIVITY = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
SCORE = "application/vnd.ims.lis.v1.score+json"
REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
OPTIONAL = ("scoreGiven", "scoreMaximum", "comment", "submission", "scoringUserId")
FRACTION = re.compile(r"T\d\d:\d\d:\d\d\.\d{1,9}(Z|[+-]\d\d:\d\d)$")


def problems(files: Files) -> list[str]:
    """`body`, `url`, `line_item`, `content_type`, and `after`: the last timestamp of this user
    ("" if none). What a platform would refuse or ignore; [] when nothing."""
    look = Look()
    if files.get("content_type", b"").split(b";")[0].strip() != SCORE.encode():
        look.say("Content-Type", f"is not {SCORE}")
    if files.get("url", b"").decode() != _address(files.get("line_item", b"").decode()):
        look.say("url", "is not the line item's /scores, with its query behind it")
    value = look.table(look.json(files, "body"), "body", REQUIRED, OPTIONAL)
    if not value:
        return look.problems
    look.text(value.get("userId"), "userId", filled=True, most=255)
    look.one_of(value.get("activityProgress"), "activityProgress", ACTIVITY)
    look.one_of(value.get("gradingProgress"), "gradingProgress", GRADING)
    _points(look, value)
    if "comment" in value:
        look.text(value["comment"], "comment", most=10_000)
    _time(look, value.get("timestamp"), files.get("after", b"").decode())
    return look.problems


def _address(line_item: str) -> str:
    path, sign, query = line_item.partition("?")
    return f"{path.rstrip('/')}/scores{sign}{query}"


def _points(look: Look, value: dict[str, Any]) -> None:
    graded = value.get("gradingProgress") == "FullyGraded"
    if "scoreGiven" in value:
        look.number(value["scoreGiven"], "scoreGiven", 0)
        if "scoreMaximum" not in value:
            look.say("scoreMaximum", "is required with scoreGiven")
        if not graded:
            look.say("scoreGiven", "goes with FullyGraded only: it would be ignored or a lie")
    elif graded:
        look.say("scoreGiven", "is missing though it is FullyGraded")
    if "scoreMaximum" in value and look.number(value["scoreMaximum"], "scoreMaximum", 0) <= 0:
        look.say("scoreMaximum", "is not above 0")


def _time(look: Look, value: Any, after: str) -> None:
    text = look.text(value, "timestamp", filled=True)
    if not FRACTION.search(text):
        look.say("timestamp", "has no fraction of a second or no offset")
        return
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        look.say("timestamp", "is no ISO 8601 time")
        return
    if after and moment <= datetime.datetime.fromisoformat(after):
        look.say("timestamp", "is not later than the last one")
