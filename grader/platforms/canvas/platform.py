"""Canvas: into a downloaded gradebook (option `gradebook`), or over its REST interface: grade, a
comment with what to fix, the report as the comment's file.

A push is safe to run again after anything: what is there is read first. A comment ends with a mark
of the grade it belongs to, the file's name carries it too, so neither is ever posted twice; a grade
that somebody changed in Canvas since our last push is left alone unless `overwrite=yes`.

Canvas throttles by a leaking bucket: every response says in `X-Rate-Limit-Remaining` what is left;
an empty bucket is a 403 whose body says so (newer: 429). `canvasapi` leaves both to us.
"""

import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from grader.platforms.canvas import gradebook
from grader.platforms.canvas.gradebook import EXCUSED, equal
from grader.platforms.seam import Entry, Platform, Receipt, Sending, held, refused_as
from grader.platforms.shared import page, roster
from grader.platforms.shared.page import line, scaled
from grader.platforms.shared.patience import TIMEOUT_S, patiently, safe_address
from grader.platforms.shared.roster import Person
from grader.records import Grade, PlatformError, digest, with_extra
from grader.report import amount

MARK_LENGTH = 12
T = TypeVar("T")
LOW_REMAINING = 100.0
"""Of 700 in a full bucket; below it we wait a little before each further request."""
PAUSE_S = 1.0


class Canvas(Platform):
    """Both ways to Canvas; the options say which."""

    name = "canvas"
    options = {
        "gradebook": "the gradebook CSV as exported from Canvas",
        "column": "assignment in that file: its title, its id, or `Title (id)`",
        "out": "folder for the filled copy of the gradebook",
        "roster": "CSV file with columns submission,user: Canvas id, SIS id or login of each; or "
        "Gradescope's submission_metadata.yml",
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
        options = sending.options
        if options.get("gradebook") or not options.keys() & {"url", "course", "assignment"}:
            sending.need("gradebook", "column")
            return gradebook.fill(sending)
        sending.need("url", "course", "assignment")
        pushing = Pushing(sending)
        entries = sending.entries(
            lambda grade, person: held(grade) if grade.held else pushing.push(grade, person),
            roster.canvas_user,
        )
        return sending.receipt(pushing.target, entries)


class Pushing:
    """One assignment's push: what Canvas has, and how to bring it up to date."""

    def __init__(self, sending: Sending) -> None:
        options = sending.options
        variable = options.get("token_env") or "CANVAS_TOKEN"
        token = os.environ.get(variable, "")
        if not token:
            raise PlatformError(
                f"canvas: the environment variable {variable} is empty.",
                what_to_do="Make a token in Canvas: Account → Settings → New Access Token.",
            )
        url, course, assignment = (options[name] for name in ("url", "course", "assignment"))
        canvas = _canvas(safe_address(url, "canvas"), token)
        for name in ("course", "assignment"):
            if not options[name].isdigit():
                raise PlatformError(f"canvas: {name} is a number, not {options[name]!r}.")
        self.target = f"{url}/courses/{course}/assignments/{assignment}"
        self.sending = sending
        there = _call(lambda: canvas.get_course(int(course)).get_assignment(int(assignment)))
        self.possible = float(getattr(there, "points_possible", None) or 0)
        if not self.possible:
            raise PlatformError(
                "canvas: the assignment has no points possible, so grades cannot be scaled.",
                what_to_do="Set its points in Canvas.",
            )
        include = ["submission_comments", "user"]
        self.known: list[Any] = _call(
            lambda: list(there.get_submissions(include=include, per_page=100))
        )
        self.taken: set[int] = set()

    def push(self, grade: Grade, person: Person) -> Entry:
        """One grade: refused, unchanged, planned or sent."""
        theirs = [known for known in self.known if person.is_any(*_names(known))]
        if len(theirs) != 1:
            return refused_as(person, grade, len(theirs), "students in Canvas are")
        submission = theirs[0]
        attempt = self.sending.attempts.get(grade.submission.id)
        html = attempt / "report.html" if attempt else None
        report = html if html and html.is_file() else None
        entry = self._plan(grade, person, submission, report)
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

    def _plan(self, grade: Grade, person: Person, submission: Any, report: Path | None) -> Entry:
        """What is there, what shall be, and whether there is anything to do."""
        after = EXCUSED if grade.exempt else amount(scaled(grade, self.possible))
        page_sha256 = hashlib.sha256(report.read_bytes()).hexdigest() if report else ""
        entry = Entry(
            submission=grade.submission.id,
            user=person.key,
            status="planned",
            before=_now_there(submission),
            after=after,
            payload_sha256=digest([after, page.comment(grade), page_sha256]),
        )
        same_number = equal(entry.before, entry.after)
        if same_number and not any(self._missing(submission, entry, report)):
            return entry.but(status="unchanged")
        sent = self.sending.last(grade, self.target, person.key)
        ours = sent.detail.get("posted", "") if sent else ""
        changed = (sent or entry.before == EXCUSED) and not equal(entry.before, ours)
        if changed and not same_number and self.sending.options.get("overwrite") != "yes":
            after_ours = f" after our {ours}" if sent else ""
            message = f"somebody set {entry.before or 'nothing'} in Canvas{after_ours}"
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
            _attach(submission, report, _file_name(entry))
        comment = f"{page.comment(grade)}\n{_mark(entry)}" if no_comment else ""
        posted = {"excuse": True} if grade.exempt else {"posted_grade": entry.after}
        more = {"comment": {"text_comment": comment}} if comment else {}
        _call(lambda: submission.edit(submission=posted, **more))
        counts = not grade.exempt
        self.sending.remember(grade, entry, self.target, counts=counts, posted=entry.after)


def _mark(entry: Entry) -> str:
    return f"[grader {entry.payload_sha256[:MARK_LENGTH]}]"


def _file_name(entry: Entry) -> str:
    return f"report-{entry.payload_sha256[:MARK_LENGTH]}.html"


def _names(submission: Any) -> tuple[set[str], set[str]]:
    """Canvas's own id of the user, and the institution's."""
    user = getattr(submission, "user", None) or {}
    names = {user.get("login_id"), user.get("sis_user_id"), user.get("integration_id")}
    return {str(submission.user_id)}, {str(name) for name in names if name}


def _now_there(submission: Any) -> str:
    if getattr(submission, "excused", False):
        return EXCUSED
    score = getattr(submission, "score", None)
    return "" if score is None else amount(float(score))


def _attach(submission: Any, report: Path, name: str) -> None:
    """Upload `report` under `name` as a comment's file. A failed upload is tried again."""
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / name
        shutil.copyfile(report, named)
        done, _ = _call(lambda: submission.upload_comment(str(named)))
    if not done:
        raise PlatformError(f"canvas: the upload of {name} was not accepted.")


def _call(call: Callable[[], T]) -> T:
    """What Canvas answers, with patience. Raises PlatformError."""
    from canvasapi.exceptions import CanvasException  # noqa: PLC0415  (optional extra)
    from requests import RequestException  # noqa: PLC0415

    try:
        return patiently(call, _wait_s)
    except (CanvasException, RequestException, ValueError) as problem:
        raise PlatformError(f"canvas: {_words(problem)}") from problem


def _canvas(url: str, token: str) -> Any:
    try:
        from canvasapi import Canvas  # noqa: PLC0415
    except ImportError as problem:
        raise PlatformError(
            "canvas: the package canvasapi is not installed.",
            what_to_do=with_extra("canvas"),
        ) from problem
    with warnings.catch_warnings():
        # It warns of http; only loopback got so far (safe_address).
        warnings.simplefilter("ignore", UserWarning)
        canvas = Canvas(url, token)
    session = canvas._Canvas__requester._session  # no public way to timeouts and headers
    session.request = functools.partial(session.request, timeout=TIMEOUT_S)
    session.hooks["response"].append(_pause)
    return canvas


def _pause(response: Any, **_: Any) -> None:
    """A pause when little of the rate limit is left."""
    with contextlib.suppress(ValueError):
        if float(response.headers.get("X-Rate-Limit-Remaining", "inf")) < LOW_REMAINING:
            time.sleep(PAUSE_S)


def _wait_s(problem: Exception) -> float | None:
    """Throttled, or the line broke: worth a wait. Everything else is not."""
    from canvasapi.exceptions import Forbidden, RateLimitExceeded  # noqa: PLC0415
    from requests import ConnectionError as BrokenLine, Timeout  # noqa: PLC0415

    throttled = isinstance(problem, Forbidden) and "rate limit" in str(problem).lower()
    worth = throttled or isinstance(problem, RateLimitExceeded | BrokenLine | Timeout)
    return 0.0 if worth else None


def _words(problem: Exception) -> str:
    kind = type(problem).__name__
    known = {
        "InvalidAccessToken": "the access token is not valid (any more).",
        "Unauthorized": "this token may not do that.",
        "Forbidden": "this token may not do that.",
        "ResourceDoesNotExist": "there is no such course, assignment or submission.",
    }
    return known.get(kind, f"{kind}: {line(str(problem), 300)}")
