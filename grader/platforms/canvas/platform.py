"""Canvas: into a downloaded gradebook (option `gradebook`), or over its REST interface: grade, a
comment with what to fix, the report as the comment's file.

A push is safe to run again after anything: what is there is read first. A comment ends with a mark
of the grade it belongs to, the file's name carries it too, so neither is ever posted twice; a grade
that somebody changed in Canvas since our last push is left alone unless `overwrite=yes`.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from grader.platforms.canvas import gradebook
from grader.platforms.canvas.client import CanvasClient
from grader.platforms.canvas.gradebook import EXCUSED, equal
from grader.platforms.seam import Entry, Platform, Receipt, Sending, held, refused
from grader.platforms.shared import page, roster
from grader.platforms.shared.texts import fraction, line, number, scaled
from grader.records import Grade, PlatformError, digest
from grader.report import SIGNS

MARK_LENGTH = 12


class Canvas(Platform):
    """Both ways to Canvas; the options say which."""

    name = "canvas"
    options = {
        "gradebook": "the gradebook CSV as exported from Canvas",
        "column": "assignment in that file: its title, its id, or `Title (id)`",
        "out": "folder for the filled copy of the gradebook",
        "roster": "CSV file with columns submission,user: Canvas id, SIS id or login of each",
        "url": "address of Canvas, for example https://canvas.example.edu",
        "course": "course id in Canvas",
        "assignment": "assignment id in Canvas",
        "token_env": "environment variable that holds the access token (default CANVAS_TOKEN)",
        "comments": "`on` (default) or `off`: a comment with what to fix",
        "attach": "`on` (default) or `off`: attach report.html to the comment",
        "overwrite": "`yes` to replace a grade that somebody changed in Canvas since",
    }

    def deliver(self, sending: Sending) -> Receipt:
        """Fill the gradebook, or push."""
        if sending.options.get("gradebook"):
            sending.need("gradebook", "column")
            return gradebook.fill(sending)
        sending.need("url", "course", "assignment")
        return push(sending)


def push(sending: Sending) -> Receipt:
    """Push every grade; one that fails does not stop the others."""
    options = sending.options
    variable = options.get("token_env") or "CANVAS_TOKEN"
    token = os.environ.get(variable, "")
    if not token:
        raise PlatformError(
            f"canvas: the environment variable {variable} is empty.",
            what_to_do="Make a token in Canvas: Account → Settings → New Access Token.",
        )
    client = CanvasClient(options["url"], token, options["course"], options["assignment"])
    target = f"{options['url']}/courses/{options['course']}/assignments/{options['assignment']}"
    pushing = Pushing(client, target, sending)
    entries = [held(grade) if grade.held else pushing.push(grade) for grade in sending.grades]
    return sending.receipt(target, entries)


class Pushing:
    """One assignment's push: what Canvas has, and how to bring it up to date."""

    def __init__(self, client: CanvasClient, target: str, sending: Sending) -> None:
        self.client, self.target, self.sending = client, target, sending
        possible = client.points_possible
        if not possible:
            raise PlatformError(
                "canvas: the assignment has no points possible, so grades cannot be scaled.",
                what_to_do="Set its points in Canvas.",
            )
        self.possible = possible
        self.known = client.submissions()
        self.taken: set[int] = set()

    def push(self, grade: Grade) -> Entry:
        """One grade: refused, unchanged, planned or sent."""
        wanted = self.sending.user(grade, roster.canvas_user(grade))
        theirs = [submission for submission in self.known if wanted in _names(submission)]
        if len(theirs) != 1:
            return refused(grade, f"{len(theirs)} students in Canvas are {line(wanted, 80)!r}")
        submission = theirs[0]
        attempt = self.sending.attempts.get(grade.submission.id)
        html = attempt / "report.html" if attempt else None
        report = html if html and html.is_file() else None
        entry = self._plan(grade, submission, report)
        if entry.status != "planned":
            return entry
        if submission.user_id in self.taken:
            return entry.but(status="refused", message="a second submission of one student")
        self.taken.add(submission.user_id)
        if self.sending.dry_run:
            return entry
        try:
            self._push(grade, submission, entry, report)
        except PlatformError as problem:
            return entry.but(status="refused", message=problem.message)
        return entry.but(status="sent")

    def _plan(self, grade: Grade, submission: Any, report: Path | None) -> Entry:
        """What is there, what shall be, and whether there is anything to do."""
        after = EXCUSED if grade.exempt else number(scaled(grade, self.possible))
        page_sha256 = hashlib.sha256(report.read_bytes()).hexdigest() if report else ""
        entry = Entry(
            submission=grade.submission.id,
            status="planned",
            before=_now_there(submission),
            after=after,
            payload_sha256=digest([after, comment_of(grade), page_sha256]),
        )
        same_number = equal(entry.before, entry.after)
        if same_number and not any(self._missing(submission, entry, report)):
            return entry.but(status="unchanged")
        sent = self.sending.last(grade, self.target)
        ours = sent.detail.get("posted", "") if sent else ""
        changed = sent is not None and not equal(entry.before, ours)
        if changed and not same_number and self.sending.options.get("overwrite") != "yes":
            message = f"somebody set {entry.before or 'nothing'} in Canvas after our {ours}"
            return entry.but(status="refused", message=message)
        return entry

    def _missing(self, submission: Any, entry: Entry, report: Path | None) -> tuple[bool, bool]:
        """Whether Canvas does not have our comment yet, and whether our file."""
        comments = getattr(submission, "submission_comments", None) or []
        texts = [str(comment.get("comment", "")) for comment in comments]
        files = [file for comment in comments for file in comment.get("attachments") or []]
        names = {file.get(key) for file in files for key in ("display_name", "filename")}
        return (
            self.sending.is_on("comments") and not any(_mark(entry) in text for text in texts),
            self.sending.is_on("attach") and report is not None and _file_name(entry) not in names,
        )

    def _push(self, grade: Grade, submission: Any, entry: Entry, report: Path | None) -> None:
        """The file first: should we be stopped, the mark in the comment is not there yet."""
        no_comment, no_file = self._missing(submission, entry, report)
        if no_file and report:
            self.client.attach(submission, report, _file_name(entry))
        comment = f"{comment_of(grade)}\n{_mark(entry)}" if no_comment else ""
        posted = {"excuse": True} if grade.exempt else {"posted_grade": entry.after}
        self.client.grade(submission, posted, comment)
        counts = not grade.exempt
        self.sending.remember(grade, entry, self.target, counts=counts, posted=entry.after)


def comment_of(grade: Grade) -> str:
    """Plain text: Canvas shows comments as they are."""
    lines = page.headline(grade)
    for verdict in page.visible(grade):
        if verdict.status in ("failed", "partial"):
            points = fraction(verdict.points, verdict.max_points)
            title, message = line(verdict.title, 200), line(verdict.message, 500)
            lines.append(f"{SIGNS[verdict.status]} {title} ({points}): {message}")
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
