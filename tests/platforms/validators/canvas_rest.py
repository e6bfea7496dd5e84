"""A push to Canvas, as the requests that change something (Canvas REST API, Submissions).

`requests.jsonl` holds one request a line, in the order in which they were sent: "method", "path"
and "form" (name → text, as it was encoded). A comment's file is announced, uploaded and attached in
that order; a grade and its comment are one request.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

from validators.shape import Files, Look

FILE = "requests.jsonl"
SUBMISSION = re.compile(r"/api/v1/courses/\d+/assignments/\d+/submissions/(\d+)(/comments/files)?")
UPLOAD = "/upload"
GRADE, EXCUSE = "submission[posted_grade]", "submission[excuse]"
COMMENT, FILES = "comment[text_comment]", "comment[file_ids][]"
KNOWN = {GRADE, EXCUSE, COMMENT, FILES}
NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?%?")
"""Canvas also takes "pass", "complete" and letters; this assignment is graded in points."""
MOST_COMMENT = 65_535


def problems(files: Files) -> list[str]:
    """What Canvas would refuse, misunderstand or do twice; [] when nothing."""
    look = Look()
    push = _Push(look)
    for where, row in _rows(look, files).items():
        table = look.table(row, where, ("method", "path", "form"))
        if table:
            push.request(where, table)
    push.end()
    return look.problems


def _rows(look: Look, files: Files) -> dict[str, Any]:
    """Where → the request there, as strict JSON."""
    lines = files.get(FILE, b"").splitlines()
    if not lines:
        look.say(FILE, "is missing or empty")
    places = {f"request {number}": line for number, line in enumerate(lines, 1)}
    return {where: look.json(places, where) for where in places}


class _Push:
    """What was announced, uploaded and posted so far."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.announced: list[tuple[str, str]] = []
        """(user, file name), not uploaded yet"""
        self.uploaded: dict[str, str] = {}
        """id of a file → the user whose comment it is for"""
        self.posted: Counter[tuple[str, str]] = Counter()

    def request(self, where: str, row: dict[str, Any]) -> None:
        method, path = str(row.get("method")), str(row.get("path"))
        form = row["form"] if isinstance(row.get("form"), dict) else {}
        found = SUBMISSION.fullmatch(path)
        if path == UPLOAD and method == "POST":
            self._upload(where, form)
        elif found and found[2] and method == "POST":
            self._announce(where, found[1], form)
        elif found and not found[2] and method == "PUT":
            self._edit(where, found[1], form)
        else:
            self.look.say(where, f"{method} {path!r} is no request of a push")

    def _announce(self, where: str, user: str, form: dict[str, Any]) -> None:
        name = self.look.text(form.get("name"), f"{where}: name", filled=True, most=255)
        if "/" in name or "\n" in name:
            self.look.say(where, "the file's name is a path or has a line end")
        if not re.fullmatch(r"[1-9]\d*", str(form.get("size", ""))):
            self.look.say(where, "the file's size is no number of bytes")
        self.announced.append((user, name))

    def _upload(self, where: str, form: dict[str, Any]) -> None:
        waiting = [user for user, name in self.announced if name == form.get("file")]
        if not waiting:
            self.look.say(where, "a file that was not announced")
            return
        self.announced.remove((waiting[0], str(form["file"])))
        self.uploaded[str(len(self.uploaded) + 1)] = waiting[0]

    def _edit(self, where: str, user: str, form: dict[str, Any]) -> None:
        for name in sorted(set(form) - KNOWN):
            self.look.say(where, f"{name!r} is unknown or not ours to set")
        if not form or (COMMENT in form and not {GRADE, EXCUSE} & set(form)):
            self.look.say(where, "a comment without its grade, or nothing at all")
        if GRADE in form and EXCUSE in form:
            self.look.say(where, "a grade for somebody who is excused")
        self._values(where, form)
        if FILES in form and self.uploaded.get(str(form[FILES])) != user:
            self.look.say(where, "a file that was not uploaded for this student")
        for name in form:
            self.posted[user, name] += 1

    def _values(self, where: str, form: dict[str, Any]) -> None:
        if GRADE in form:
            text = str(form[GRADE])
            if not NUMBER.fullmatch(text) or not math.isfinite(float(text.rstrip("%"))):
                self.look.say(where, f"the grade {text!r} is no number of points")
        if form.get(EXCUSE, "true") != "true":
            self.look.say(where, "excuse is not true")
        if COMMENT in form:
            self.look.text(form[COMMENT], f"{where}: comment", filled=True, most=MOST_COMMENT)

    def end(self) -> None:
        """What only the whole push tells."""
        for user, name in self.announced:
            self.look.say(f"student {user}", f"{name!r} was announced and never uploaded")
        for (user, name), count in self.posted.items():
            if count > 1:
                self.look.say(f"student {user}", f"{name} was sent {count} times")
        attached = sum(count for (_, name), count in self.posted.items() if name == FILES)
        if attached < len(self.uploaded):
            self.look.say(FILE, "a file was uploaded and never attached")
