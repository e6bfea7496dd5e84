"""A small Canvas: one course, one assignment, users, submissions, comments, uploads, throttling."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fake_server import Answer, Request

TOKEN = "canvas-token"  # noqa: S105  (of the fake)
ASSIGNMENT = "/api/v1/courses/7/assignments/4711"
THROTTLED = Answer(b"403 Forbidden (Rate Limit Exceeded)", 403, {"X-Rate-Limit-Remaining": "0.0"})


@dataclass
class FakeCanvas:
    """What it holds, and what it was asked."""

    url: str = ""
    possible: float = 20
    submissions: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    trouble: list[Answer] = field(default_factory=list)
    """Answers to give to the next requests that change something."""
    remaining: str = "700.0"
    uploads: dict[int, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    """Every request that was to change something: method, path, form."""

    def requests(self) -> bytes:
        """`changes`, one a line."""
        return "".join(f"{json.dumps(one)}\n" for one in self.changes).encode()

    def enrol(self, user: int, login: str) -> None:
        """One student with an empty submission."""
        self.submissions[user] = {
            "id": user + 1000, "user_id": user, "assignment_id": 4711, "score": None,
            "excused": False, "submission_comments": [],
            "user": {"id": user, "login_id": login, "sis_user_id": f"S{user}"},
        }  # fmt: skip

    def __call__(self, request: Request) -> Answer:
        """All of Canvas."""
        self.asked.append((request.method, request.path))
        found = self._route(request)
        return Answer(found.value, found.status, {"X-Rate-Limit-Remaining": self.remaining,
                                                  **found.headers})  # fmt: skip

    def _route(self, request: Request) -> Answer:
        if request.path == "/upload":
            name = request.body.split(b'filename="')[1].split(b'"')[0].decode()
            self.uploads[len(self.uploads) + 1] = name
            self._note(request, {"file": name})
            return Answer({"id": len(self.uploads), "url": f"{self.url}/file", "filename": name})
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer({"errors": [{"message": "Invalid access token."}]}, 401,
                          {"WWW-Authenticate": "Bearer"})  # fmt: skip
        if request.method == "GET":
            return self._get(request)
        if self.trouble:
            return self.trouble.pop(0)
        self._note(request, request.form)
        return self._change(request)

    def _note(self, request: Request, form: dict[str, str]) -> None:
        self.changes.append({"method": request.method, "path": request.path, "form": form})

    def _get(self, request: Request) -> Answer:
        if request.path == f"{ASSIGNMENT}/submissions":
            return self._page(request)
        known = {
            "/api/v1/courses/7": {"id": 7, "name": "CNN"},
            ASSIGNMENT: {"id": 4711, "course_id": 7, "points_possible": self.possible},
        }
        return Answer(known[request.path]) if request.path in known else Answer({}, 404)

    def _change(self, request: Request) -> Answer:
        if request.path.endswith("/comments/files"):
            return Answer({"upload_url": f"{self.url}/upload", "upload_params": {"key": "x"}})
        if request.method == "PUT" and request.path.startswith(f"{ASSIGNMENT}/submissions/"):
            return self._edit(int(request.path.rsplit("/", 1)[1]), request.form)
        return Answer({}, 404)

    def _page(self, request: Request) -> Answer:
        """Two at a time, whatever was asked for: paging must be followed."""
        page = int(request.form.get("page", "1"))
        found = list(self.submissions.values())
        more = page * 2 < len(found)
        link = f'<{self.url}{ASSIGNMENT}/submissions?page={page + 1}>; rel="next"'
        return Answer(found[page * 2 - 2 : page * 2], 200, {"Link": link} if more else {})

    def _edit(self, user: int, form: dict[str, str]) -> Answer:
        known = self.submissions[user]
        if "submission[posted_grade]" in form:
            known["score"] = float(form["submission[posted_grade]"])
        if form.get("submission[excuse]") == "true":
            known["excused"], known["score"] = True, None
        files = [int(value) for key, value in form.items() if key.startswith("comment[file_ids]")]
        text = form.get("comment[text_comment]", "")
        if text or files:
            attached = [{"filename": self.uploads[file], "display_name": self.uploads[file]}
                        for file in files]  # fmt: skip
            comment = {"comment": text, "attachments": attached}
            known["submission_comments"].append(comment)
        return Answer(known)


def enrolled(logins: Sequence[str]) -> FakeCanvas:
    """A Canvas with these students, numbered from 101."""
    canvas = FakeCanvas()
    for number, login in enumerate(logins, 101):
        canvas.enrol(number, login)
    return canvas
