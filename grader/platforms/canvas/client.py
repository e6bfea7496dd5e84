"""Canvas through `canvasapi`: with timeouts, pacing by the rate limit, and retries.

Canvas throttles by a leaking bucket: every response says in `X-Rate-Limit-Remaining` what is
left; an empty bucket is a 403 whose body says so (newer: 429). `canvasapi` leaves both to us.
"""

import contextlib
import functools
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from grader.platforms.shared.patience import TIMEOUT_S, patiently, safe_address
from grader.platforms.shared.texts import line
from grader.records import PlatformError

T = TypeVar("T")
LOW_REMAINING = 100.0
"""Of 700 in a full bucket; below it we wait a little before each further request."""
PAUSE_S = 1.0


class CanvasClient:
    """One assignment of one course. Every method may raise PlatformError."""

    def __init__(self, url: str, token: str, course: str, assignment: str) -> None:
        canvas = _canvas(safe_address(url, "canvas"), token)
        for name, number in (("course", course), ("assignment", assignment)):
            if not number.isdigit():
                raise PlatformError(f"canvas: {name} is a number, not {number!r}.")
        self._assignment = self._call(
            lambda: canvas.get_course(int(course)).get_assignment(int(assignment))
        )

    @property
    def points_possible(self) -> float | None:
        """The assignment's points in Canvas."""
        value = getattr(self._assignment, "points_possible", None)
        return float(value) if value else None

    def submissions(self) -> list[Any]:
        """All submissions, with comments and users; paging is followed."""
        include = ["submission_comments", "user"]
        return self._call(
            lambda: list(self._assignment.get_submissions(include=include, per_page=100))
        )

    def grade(self, submission: Any, fields: dict[str, Any], comment: str) -> None:
        """Set the grade, and with it a comment if there is one: one request."""
        more = {"comment": {"text_comment": comment}} if comment else {}
        self._call(lambda: submission.edit(submission=fields, **more))

    def attach(self, submission: Any, report: Path, name: str) -> None:
        """Upload `report` under `name` as a comment's file. A failed upload is tried again."""
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder) / name
            shutil.copyfile(report, named)
            done, _ = self._call(lambda: submission.upload_comment(str(named)))
        if not done:
            raise PlatformError(f"canvas: the upload of {name} was not accepted.")

    def _call(self, call: Callable[[], T]) -> T:
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
            what_to_do="pip install 'notebook-grader[canvas]'",
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
