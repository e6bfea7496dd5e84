"""Pushing to Canvas: once, again, after a crash, throttled, and against other people's changes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platform_cases
import pytest
from fake_canvas import THROTTLED, TOKEN, FakeCanvas, enrolled
from fake_server import Answer, serving
from platform_breaking import Break, put
from platform_cases import LOGINS, copy_of_runs, grouped, rows, stored
from validators.canvas_rest import FILE, problems

from grader.platforms import PLATFORMS, Receipt
from grader.records import store
from grader.records.errors import PlatformError

pytestmark = pytest.mark.slow

GOLDEN = platform_cases.GOLDEN / "canvas-rest" / FILE
PUT_GRADE, PUT_EXCUSE, ANNOUNCE, UPLOAD, ATTACH, PUT_OTHER = 0, 1, 2, 3, 4, 6
"""Lines of the golden file."""
TEXT, NUMBER = "comment[text_comment]", "submission[posted_grade]"
ELSEWHERE = "/api/v1/courses/7/assignments/4711/submissions/999"


def twice(place: int) -> Break:
    """The same request a second time."""
    return lambda rows: [*rows, rows[place]]


BROKEN: dict[str, Break] = {
    "nothing was sent": lambda rows: [],
    "no method": put(PUT_GRADE, "method"),
    "the grade by POST": put(PUT_GRADE, "method", value="POST"),
    "deleted": put(PUT_GRADE, "method", value="DELETE"),
    "another address": put(PUT_GRADE, "path", value="/api/v1/courses/7/users/1"),
    "no student in the address": put(PUT_GRADE, "path", value=ELSEWHERE[:-4]),
    "an empty form": put(PUT_GRADE, "form", value={}),
    "the form is a list": put(PUT_GRADE, "form", value=[]),
    "the grade is a word": put(PUT_GRADE, "form", NUMBER, value="full"),
    "the grade is NaN": put(PUT_GRADE, "form", NUMBER, value="nan"),
    "the grade is negative": put(PUT_GRADE, "form", NUMBER, value="-1"),
    "the grade has a comma": put(PUT_GRADE, "form", NUMBER, value="6,8"),
    "an empty grade deletes one": put(PUT_GRADE, "form", NUMBER, value=""),
    "a comment without a grade": put(PUT_GRADE, "form", NUMBER),
    "an empty comment": put(PUT_GRADE, "form", TEXT, value=" "),
    "an endless comment": put(PUT_GRADE, "form", TEXT, value="x" * 70_000),
    "a comment with an escape": put(PUT_GRADE, "form", TEXT, value="\x1b[2J"),
    "to the whole group": put(PUT_GRADE, "form", "comment[group_comment]", value="true"),
    "late by our word": put(PUT_GRADE, "form", "submission[late_policy_status]", value="late"),
    "excused and graded": put(PUT_EXCUSE, "form", NUMBER, value="20"),
    "excused by no": put(PUT_EXCUSE, "form", "submission[excuse]", value="false"),
    "a file without a name": put(ANNOUNCE, "form", "name"),
    "a file that is a path": put(ANNOUNCE, "form", "name", value="../report.html"),
    "a file of no size": put(ANNOUNCE, "form", "size", value="0"),
    "a file that nobody announced": put(UPLOAD, "form", "file", value="other.html"),
    "a file of somebody else": put(ATTACH, "path", value=ELSEWHERE),
    "a file that is not there": put(ATTACH, "form", "comment[file_ids][]", value="9"),
    "a file that is never attached": lambda rows: [*rows[:ATTACH], *rows[ATTACH + 1 :]],
    "a comment twice": twice(PUT_OTHER),
    "an excuse twice": twice(PUT_EXCUSE),
}


@dataclass
class Course:
    """A running Canvas and what is needed to send to it."""

    canvas: FakeCanvas
    folder: Path
    waits: list[float]

    def send(self, *, dry_run: bool = False, **more: str) -> Receipt:
        """All stored grades."""
        options = {"url": self.canvas.url, "course": "7", "assignment": "4711", **more}
        grades = stored(self.folder)
        return PLATFORMS["canvas"].send(
            grades, folder=self.folder, options=options, dry_run=dry_run
        )

    def changes(self) -> int:
        """Requests that changed something."""
        return sum(method != "GET" for method, _ in self.canvas.asked)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """Eight students whose logins are the submissions' ids; no waiting."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setenv("CANVAS_TOKEN", TOKEN)
    canvas = enrolled(LOGINS)
    with serving(canvas) as url:
        canvas.url = url
        yield Course(canvas, copy_of_runs(tmp_path), waits)


def statuses(receipt: Receipt) -> dict[str, str]:
    """Submission → status."""
    return {entry.submission: entry.status for entry in receipt.entries}


def test_golden(course: Course) -> None:
    """The stored grades give the requests that are kept, and the validator has nothing to say."""
    course.send()
    made = course.canvas.requests()
    assert made == GOLDEN.read_bytes()
    assert problems({FILE: made}) == []


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Break) -> None:
    """One broken thing in a good push."""
    rows = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    broken = "".join(f"{json.dumps(one)}\n" for one in change(rows))
    assert problems({FILE: GOLDEN.read_bytes()}) == []
    assert problems({FILE: broken.encode()})


@pytest.mark.slow
def test_grades_comments_and_reports_arrive_once(course: Course) -> None:
    """Scaled to Canvas's points; the second send changes nothing."""
    first = statuses(course.send())
    assert first.pop("held") == "held"
    assert set(first.values()) == {"sent"}
    mine = course.canvas.submissions
    assert (mine[101]["score"], mine[102]["score"], mine[107]["score"]) == (20, 13, 17.64)
    assert mine[103]["score"] is None
    assert mine[103]["submission_comments"] == []
    assert mine[108]["excused"] is True
    files = [f["filename"] for c in mine[101]["submission_comments"] for f in c["attachments"]]
    assert len(files) == 1
    assert files[0].startswith("report-")
    text = mine[102]["submission_comments"][-1]["comment"]
    assert "Fix this first: Freezing that does nothing (22 points hang on it)" in text
    count = course.changes()
    second = course.send()
    assert set(statuses(second).values()) == {"unchanged", "held"}
    assert course.changes() == count


def test_a_dry_run_changes_nothing(course: Course) -> None:
    """And says before and after."""
    course.canvas.submissions[102]["score"] = 5.0
    receipt = course.send(dry_run=True)
    assert course.changes() == 0
    entry = next(e for e in receipt.entries if e.submission == "many-mistakes")
    assert (entry.status, entry.before, entry.after) == ("planned", "5", "13")


def test_the_dry_run_says_what_is_sent(course: Course) -> None:
    """Row by row; also where one is held, exempt, refused or there already."""
    course.send()
    course.canvas.submissions[101]["score"] = 11.0
    course.canvas.submissions[102]["submission_comments"].clear()
    path = course.folder / "late" / platform_cases.ATTEMPT / "grade.json"
    store.save(path, stored(path.parent)[0].model_copy(update={"points": 50.0}))
    planned = course.send(dry_run=True)
    assert rows(planned) == list(course.send().entries)
    assert {entry.status for entry in planned.entries} == {
        "held", "refused", "unchanged", "planned",
    }  # fmt: skip


def test_everybody_of_a_group_gets_the_grade(course: Course, tmp_path: Path) -> None:
    """Each has a receipt of their own: where one is refused, the other's grade stands."""
    roster = grouped(tmp_path, "crashed", "opaque")
    for user, number in ((101, "S1"), (102, "S2")):
        course.canvas.submissions[user]["user"]["sis_user_id"] = number
    course.canvas.trouble = [Answer(b"user not authorized", 403)]
    first = course.send(attach="off", roster=roster)
    mine = [entry.status for entry in first.entries if entry.user]
    assert mine == ["refused", "sent"]
    assert statuses(first)["opaque"] == "refused"  # a number that is somebody's Canvas id
    assert course.canvas.submissions[102]["score"] == 6.8
    second = course.send(attach="off", roster=roster)
    assert [entry.status for entry in second.entries if entry.user] == ["sent", "unchanged"]
    assert course.canvas.submissions[101]["score"] == 6.8


def test_whom_canvas_excuses_gets_no_number(course: Course) -> None:
    """Somebody decided that there; `overwrite=yes` decides otherwise."""
    course.canvas.submissions[101]["excused"] = True
    entry = next(e for e in course.send().entries if e.submission == "perfect")
    assert (entry.status, entry.message) == ("refused", "somebody set EX in Canvas")
    assert statuses(course.send(overwrite="yes"))["perfect"] == "sent"


def test_after_a_crash_nothing_is_posted_twice(course: Course) -> None:
    """Receipts lost, comments and files there: only what is missing is sent."""
    course.send()
    before = course.changes()
    for receipt in course.folder.rglob("receipt.json"):
        receipt.unlink()
    course.canvas.submissions[102]["submission_comments"].clear()
    assert statuses(course.send())["many-mistakes"] == "sent"
    assert course.changes() == before + 1
    assert len(course.canvas.submissions[102]["submission_comments"]) == 1


def test_a_changed_grade_is_sent_with_a_new_comment(course: Course) -> None:
    """The old comment stays: it was read."""
    course.send()
    path = course.folder / "perfect" / platform_cases.ATTEMPT / "grade.json"
    store.save(path, stored(path.parent)[0].model_copy(update={"points": 95.0}))
    assert statuses(course.send())["perfect"] == "sent"
    assert course.canvas.submissions[101]["score"] == 19
    texts = [c for c in course.canvas.submissions[101]["submission_comments"] if c["comment"]]
    assert len(texts) == 2


def test_what_somebody_changed_in_canvas_is_left_alone(course: Course) -> None:
    """Unless `overwrite=yes`."""
    course.send()
    course.canvas.submissions[101]["score"] = 11.0
    refused = next(e for e in course.send().entries if e.submission == "perfect")
    assert refused.status == "refused"
    assert "somebody set 11" in refused.message
    assert course.canvas.submissions[101]["score"] == 11
    assert statuses(course.send(overwrite="yes"))["perfect"] == "sent"
    assert course.canvas.submissions[101]["score"] == 20


def test_throttling_is_waited_out(course: Course) -> None:
    """A 403 that says so and a 429 are tried again, with growing waits."""
    course.canvas.trouble = [THROTTLED, THROTTLED, Answer(b"slow down", 429)]
    assert "refused" not in statuses(course.send(attach="off")).values()
    pause = 1.0  # after an answer that says that nothing is left
    assert course.waits == [pause, 1.0, pause, 2.0, 4.0]


def test_little_left_of_the_limit_slows_us_down(course: Course) -> None:
    """A pause after each answer that says so, before Canvas has to refuse."""
    course.canvas.remaining = "50.0"
    course.send(dry_run=True)
    assert len(course.waits) >= 4


def test_one_refusal_does_not_stop_the_others(course: Course) -> None:
    """A 403 without throttling is that student's; sending again goes on with it."""
    course.canvas.trouble = [Answer(b"user not authorized", 403)]
    first = course.send(attach="off")
    assert sorted(statuses(first).values()).count("refused") == 1
    assert first.exit_status == 1
    assert "refused" not in statuses(course.send(attach="off")).values()


def test_a_wrong_token_is_said_plainly(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """And an empty one before anything is asked."""
    monkeypatch.setenv("CANVAS_TOKEN", "other")
    with pytest.raises(PlatformError, match="token is not valid"):
        course.send()
    monkeypatch.setenv("CANVAS_TOKEN", "")
    with pytest.raises(PlatformError, match="CANVAS_TOKEN is empty"):
        course.send()


@pytest.mark.parametrize("url", ["http://canvas.example.edu", "ftp://x", "https://a:b@c.example"])
def test_the_token_never_travels_in_the_clear(course: Course, url: str) -> None:
    """https, or this very machine."""
    with pytest.raises(PlatformError, match="https"):
        course.send(url=url)


def test_a_course_or_assignment_that_is_not_there(course: Course) -> None:
    """Named plainly; numbers only."""
    with pytest.raises(PlatformError, match="no such course"):
        course.send(course="8")
    with pytest.raises(PlatformError, match="is a number"):
        course.send(assignment="../4711")
