"""Push to Canvas: grade, a comment with what to fix, the report as the comment's file.

Safe to run again after anything: what is there is read first. A comment ends with a mark of the
grade it belongs to, the file's name carries it too, so neither is ever posted twice; a grade that
somebody changed in Canvas since our last push is left alone unless `overwrite=yes`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.platforms.canvas.client import CanvasClient
from grader.platforms.canvas.gradebook import EXCUSED, SAME, scaled
from grader.platforms.seam import Entry, Options, Receipt, not_sent
from grader.platforms.shared import page, roster
from grader.platforms.shared.files import now
from grader.platforms.shared.receipts import Sent, attempt_folders, last_sent, remember
from grader.platforms.shared.texts import line, number
from grader.records import Grade, PlatformError, digest
from grader.report import SIGNS

MARK_LENGTH = 12


def send(
    name: str, grades: Sequence[Grade], *, folder: Path, options: Options, dry_run: bool
) -> Receipt:
    """Push every grade; one that fails does not stop the others."""
    variable = options.get("token_env") or "CANVAS_TOKEN"
    token = os.environ.get(variable, "")
    if not token:
        raise PlatformError(
            f"canvas: the environment variable {variable} is empty.",
            what_to_do="Make a token in Canvas: Account → Settings → New Access Token.",
        )
    client = CanvasClient(options["url"], token, options["course"], options["assignment"])
    target = f"{options['url']}/courses/{options['course']}/assignments/{options['assignment']}"
    push = Push(client, name, target, options, attempt_folders(folder, grades))
    entries = []
    taken: set[int] = set()
    for grade in grades:
        entry = push.one(grade, taken, dry_run=dry_run)
        entries.append(entry)
    return Receipt(sink=name, target=target, dry_run=dry_run, entries=tuple(entries))


class Push:
    """One assignment's push: what Canvas has, and how to bring it up to date."""

    def __init__(
        self,
        client: CanvasClient,
        name: str,
        target: str,
        options: Options,
        places: Mapping[str, Path],
    ) -> None:
        self.client, self.name, self.target, self.options = client, name, target, options
        self.places = places
        self.people = roster.read(options)
        self.known = client.submissions()

    def one(self, grade: Grade, taken: set[int], *, dry_run: bool) -> Entry:
        """One grade: refused, held, unchanged, planned or sent."""
        entry, submission = self._plan(grade)
        if submission is None or entry.status != "planned":
            return entry
        if submission.user_id in taken:
            message = "a second submission of one student"
            return entry.model_copy(update={"status": "refused", "message": message})
        taken.add(submission.user_id)
        if dry_run:
            return entry
        try:
            self._push(grade, submission, entry)
        except PlatformError as problem:
            update = {"status": "refused", "message": problem.message}
            return entry.model_copy(update=update)
        return entry.model_copy(update={"status": "sent"})

    def _plan(self, grade: Grade) -> tuple[Entry, Any]:
        if grade.held:
            return not_sent(grade) or Entry(submission="", status="held"), None
        found = [s for s in self.known if self._wanted(grade) in _names(s)]
        if len(found) != 1:
            message = f"{len(found)} students in Canvas are {line(self._wanted(grade), 80)!r}"
            return Entry(submission=grade.submission.id, status="refused", message=message), None
        after = EXCUSED if grade.exempt else number(scaled(grade, self.client.points_possible))
        entry = Entry(
            submission=grade.submission.id,
            status="planned",
            before=_now_there(found[0]),
            after=after,
            payload_sha256=digest([after, comment_of(grade), self._report_sha256(grade)]),
        )
        return self._against_what_is_there(grade, entry, found[0]), found[0]

    def _against_what_is_there(self, grade: Grade, entry: Entry, submission: Any) -> Entry:
        sent = last_sent(self.places.get(grade.submission.id), self.name, self.target)
        same_number = _equal(entry.before, entry.after)
        if same_number and not self._missing(grade, submission, entry):
            return entry.model_copy(update={"status": "unchanged"})
        ours = sent.detail.get("posted", "") if sent else ""
        changed = sent is not None and not _equal(entry.before, ours)
        if changed and not same_number and self.options.get("overwrite") != "yes":
            message = f"somebody set {entry.before or 'nothing'} in Canvas after our {ours}"
            return entry.model_copy(update={"status": "refused", "message": message})
        return entry

    def _missing(self, grade: Grade, submission: Any, entry: Entry) -> list[str]:
        """What of comment and file Canvas does not have yet."""
        wanted = []
        comments = getattr(submission, "submission_comments", None) or []
        if self.options.get("comments", "on") == "on":
            mark = _mark(entry)
            wanted += (
                [] if any(mark in str(c.get("comment", "")) for c in comments) else ["comment"]
            )
        if self.options.get("attach", "on") == "on" and self._report(grade):
            files = [f for c in comments for f in c.get("attachments") or []]
            names = {f.get("display_name") for f in files} | {f.get("filename") for f in files}
            wanted += [] if _file_name(entry) in names else ["file"]
        return wanted

    def _push(self, grade: Grade, submission: Any, entry: Entry) -> None:
        """The file first: should we be stopped, the mark in the comment is not there yet."""
        missing = self._missing(grade, submission, entry)
        report = self._report(grade)
        if "file" in missing and report:
            self.client.attach(submission, report, _file_name(entry))
        comment = f"{comment_of(grade)}\n{_mark(entry)}" if "comment" in missing else ""
        posted = {"excuse": True} if grade.exempt else {"posted_grade": entry.after}
        self.client.grade(submission, posted, comment)
        sent = Sent(
            sink=self.name,
            target=self.target,
            payload_sha256=entry.payload_sha256,
            points=None if grade.exempt else grade.points,
            at=now(),
            detail={"posted": entry.after},
        )
        remember(self.places.get(grade.submission.id), sent)

    def _wanted(self, grade: Grade) -> str:
        found = self.people.get(grade.submission.id)
        return found or roster.canvas_user(grade) or grade.submission.id

    def _report(self, grade: Grade) -> Path | None:
        place = self.places.get(grade.submission.id)
        path = place / "report.html" if place else None
        return path if path and path.is_file() else None

    def _report_sha256(self, grade: Grade) -> str:
        path = self._report(grade)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def comment_of(grade: Grade) -> str:
    """Plain text: Canvas shows comments as they are."""
    lines = page.headline(grade)
    for verdict in page.visible(grade):
        if verdict.status in ("failed", "partial"):
            points = f"{number(verdict.points)}/{number(verdict.max_points)}"
            lines.append(f"{SIGNS[verdict.status]} {line(verdict.title, 200)} ({points}): ")
            lines[-1] += line(verdict.message, 500)
    return "\n".join(lines)


def _mark(entry: Entry) -> str:
    return f"[grader {entry.payload_sha256[:MARK_LENGTH]}]"


def _file_name(entry: Entry) -> str:
    return f"report-{entry.payload_sha256[:MARK_LENGTH]}.html"


def _names(submission: Any) -> set[str]:
    user = getattr(submission, "user", None) or {}
    names = {user.get("login_id"), user.get("sis_user_id"), user.get("integration_id")}
    return {str(submission.user_id)} | {str(name) for name in names if name}


def _now_there(submission: Any) -> str:
    if getattr(submission, "excused", False):
        return EXCUSED
    score = getattr(submission, "score", None)
    return "" if score is None else number(float(score))


def _equal(before: str, after: str) -> bool:
    try:
        return abs(float(before) - float(after)) < SAME
    except ValueError:
        return before == after
