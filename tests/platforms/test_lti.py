"""LTI scores against a platform that checks signatures, tokens, addresses and times."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platform_cases
import pytest
from fake_lti import CLIENT, KID, Platform, key
from fake_server import Answer, serving
from platform_breaking import in_file, put, raw
from platform_cases import copy_of_runs, grouped, rows, stored
from platform_files import score
from validators.lti import problems

from grader.platforms import PLATFORMS, Receipt
from grader.platforms.lti import later_than, read_tool, scores_address
from grader.records import store
from grader.records.errors import PlatformError

pytestmark = pytest.mark.slow

NAMES = ("perfect", "many-mistakes", "held", "crashed", "opaque", "hostile", "late", "exempt")
BROKEN = {
    "no user": put("userId"),
    "an empty user": put("userId", value=""),
    "the user is a number": put("userId", value=7),
    "no activity": put("activityProgress"),
    "an unknown activity": put("activityProgress", value="Done"),
    "no grading progress": put("gradingProgress"),
    "an unknown grading progress": put("gradingProgress", value="Graded"),
    "pending with a score": put("gradingProgress", value="Pending"),
    "graded without a score": put("scoreGiven"),
    "no maximum": put("scoreMaximum"),
    "a maximum of 0": put("scoreMaximum", value=0),
    "a negative score": put("scoreGiven", value=-1),
    "the score is text": put("scoreGiven", value="13"),
    "the score is true": put("scoreGiven", value=True),
    "the score is NaN": put("scoreGiven", value=float("nan")),
    "no time": put("timestamp"),
    "a time without offset": put("timestamp", value="2026-05-04T12:00:00.001"),
    "a time without fraction": put("timestamp", value="2026-05-04T12:00:01+00:00"),
    "a time that is not later": put("timestamp", value="2026-05-04T12:00:00.000+00:00"),
    "a time that is none": put("timestamp", value="2026-15-04T12:00:00.000Z"),
    "the comment is a list": put("comment", value=[]),
    "the comment has an escape": put("comment", value="\x1b[2J"),
    "an unknown key": put("points", value=1),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_validator_refuses(change: Any) -> None:
    """One broken value in a good score."""
    assert problems(score()) == []
    assert problems(score("held")) == []
    assert problems(in_file(score(), "body", change)) != []


def test_the_validator_refuses_wrong_envelopes() -> None:
    """Another content type, /scores behind the query, no JSON."""
    assert problems(raw(score(), "content_type", b"application/json")) != []
    behind = b"https://lms.example/items/3/lineitem?type_id=5/scores"
    assert problems(raw(score(), "url", behind)) != []
    assert problems(raw(score(), "body", b"[]")) != []


@dataclass
class Course:
    """A running platform and what is needed to send to it."""

    platform: Platform
    folder: Path
    options: dict[str, str]

    def send(self, *, dry_run: bool = False, **more: str) -> Receipt:
        """All stored grades."""
        grades = stored(self.folder)
        options = {**self.options, **more}
        return PLATFORMS["lti"].send(grades, folder=self.folder, options=options, dry_run=dry_run)


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, Any]:
    """One key for all: making it takes a moment."""
    return key()


@pytest.fixture
def course(
    tmp_path: Path, keys: tuple[bytes, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Course]:
    """A platform with one other line item, and no waiting."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    pem, jwks = keys
    platform = Platform(jwks)
    (tmp_path / "tool.pem").write_bytes(pem)
    roster = "".join(f"{name},user-{name}\n" for name in NAMES)
    (tmp_path / "roster.csv").write_text(f"submission,user\n{roster}")
    with serving(platform) as url:
        platform.url = url
        platform.items = [{"id": f"{url}/items/1/lineitem", "label": "Essay", "scoreMaximum": 5}]
        (tmp_path / "tool.toml").write_text(
            f'client_id = "{CLIENT}"\ntoken_url = "{url}/token"\nkey_file = "tool.pem"\n'
            f'kid = "{KID}"\nlineitems = "{url}/lineitems"\nlabel = "Horses"\nresource_id = "hvh"\n'
        )
        options = {"tool": str(tmp_path / "tool.toml"), "roster": str(tmp_path / "roster.csv")}
        yield Course(platform, copy_of_runs(tmp_path), options)
    assert platform.complaints == []


def statuses(receipt: Receipt) -> dict[str, str]:
    """Submission → status."""
    return {entry.submission: entry.status for entry in receipt.entries}


@pytest.mark.slow
def test_scores_arrive_once(course: Course) -> None:
    """One line item is made, every score posted; a second send posts nothing."""
    first = statuses(course.send())
    assert first.pop("held") == "held"
    assert first.pop("exempt") == "exempt"
    assert set(first.values()) == {"sent"}
    assert [item["label"] for item in course.platform.items] == ["Essay", "Horses"]
    assert course.platform.scores["user-late"]["scoreGiven"] == 88.2
    count = len(course.platform.posts)
    second = course.send()
    assert set(statuses(second).values()) == {"unchanged", "held", "exempt"}
    assert len(course.platform.posts) == count
    assert len(course.platform.items) == 2


def test_a_hold_is_pending_without_a_number(course: Course) -> None:
    """`PendingManual`: a person has to look; never 0."""
    course.send()
    posted = course.platform.scores["user-held"]
    assert posted["gradingProgress"] == "PendingManual"
    assert "scoreGiven" not in posted
    assert "KeyError" not in json.dumps(posted)
    assert "user-exempt" not in course.platform.scores


def test_a_dry_run_posts_nothing(course: Course) -> None:
    """Not even a line item is made."""
    receipt = course.send(dry_run=True)
    assert statuses(receipt)["perfect"] == "planned"
    assert course.platform.posts == []
    assert len(course.platform.items) == 1


def test_the_dry_run_says_what_is_sent(course: Course) -> None:
    """Row by row, before anything is there and after."""
    assert rows(course.send(dry_run=True)) == list(course.send().entries)
    path = course.folder / "late" / platform_cases.ATTEMPT / "grade.json"
    store.save(path, stored(path.parent)[0].model_copy(update={"points": 50.0}))
    planned = course.send(dry_run=True)
    assert rows(planned) == list(course.send().entries)
    assert planned.changes == 1


def test_gradescopes_metadata_names_no_users_of_lti(course: Course, tmp_path: Path) -> None:
    """A number of the institution is never taken for one."""
    receipt = course.send(roster=grouped(tmp_path, "perfect", "late"))
    assert {entry.status for entry in receipt.entries} == {"refused", "exempt"}
    assert course.platform.posts == []


@pytest.mark.slow
def test_times_grow_even_when_the_clock_does_not(course: Course) -> None:
    """A changed grade gets a later time than the last, by whichever attempt that was."""
    course.send()
    before = course.platform.scores["user-perfect"]["timestamp"]
    path = course.folder / "perfect" / platform_cases.ATTEMPT / "grade.json"
    changed = stored(path.parent)[0].model_copy(update={"points": 99.0})
    store.save(path, changed)
    receipt = course.send()
    assert statuses(receipt)["perfect"] == "sent"
    entry = next(e for e in receipt.entries if e.submission == "perfect")
    assert (entry.before, entry.after) == ("100/100", "99/100")
    assert course.platform.scores["user-perfect"]["timestamp"] > before
    future = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
    assert later_than(future) > future


@pytest.mark.slow
def test_trouble_with_one_does_not_stop_the_others(course: Course) -> None:
    """An unknown user is refused; the next send goes on with just that one."""
    course.platform.refuse = {"user-perfect"}
    first = course.send()
    assert statuses(first)["perfect"] == "refused"
    assert statuses(first)["late"] == "sent"
    assert first.exit_status == 1
    course.platform.refuse = set()
    count = len(course.platform.posts)
    assert statuses(course.send())["perfect"] == "sent"
    assert len(course.platform.posts) == count + 1


def test_a_platform_that_asks_to_wait_is_waited_for(course: Course) -> None:
    """429 and 503, with and without Retry-After, then it goes through."""
    course.platform.trouble = [
        Answer({}, 429, {"Retry-After": "2"}),
        Answer({}, 503),
        Answer({}, 503, {"Retry-After": "Mon, 04 May 2026 12:00:00 GMT"}),
    ]
    assert set(statuses(course.send()).values()) == {"sent", "held", "exempt"}


@pytest.mark.slow
def test_a_token_that_ends_is_replaced(course: Course) -> None:
    """By its own time, or because the platform no longer takes it."""
    course.platform.expires_in = 1
    course.platform.trouble = [Answer({}, 401)]
    assert set(statuses(course.send()).values()) == {"sent", "held", "exempt"}
    assert len(course.platform.used) > len(NAMES) - 2


def test_a_line_item_is_found_on_a_later_page(course: Course) -> None:
    """Lists come in pages; a second item of the same kind is never made."""
    url = course.platform.url
    course.platform.items += [
        {"id": f"{url}/items/2/lineitem", "label": "Horses", "scoreMaximum": 10},
        {
            "id": f"{url}/items/3/lineitem?t=1",
            "label": "H",
            "resourceId": "hvh",
            "scoreMaximum": 20,
        },
    ]
    receipt = course.send()
    assert receipt.target == f"{url}/items/3/lineitem?t=1"
    assert course.platform.scores["user-perfect"]["scoreGiven"] == 20
    assert len(course.platform.items) == 3


def test_scores_stands_before_the_query() -> None:
    """As Moodle needs it."""
    assert (
        scores_address("https://m/x/lineitem?type_id=5") == "https://m/x/lineitem/scores?type_id=5"
    )


@pytest.mark.parametrize(
    "change",
    ["client_id = 1", "", 'token_url = "http://lms.example/t"', 'key_file = "other.pem"'],
    ids=["type", "empty", "http", "key"],
)
def test_a_wrong_tool_file_is_named(course: Course, change: str, tmp_path: Path) -> None:
    """Nothing travels in the clear, and no stack is shown."""
    good = Path(course.options["tool"]).read_text().splitlines()
    name = change.split(" ", maxsplit=1)[0]
    lines = [change if line.startswith(name) and name else line for line in good]
    (tmp_path / "tool.toml").write_text("\n".join(lines) if change else "")
    with pytest.raises(PlatformError, match=r"lti"):
        course.send()
    if change.startswith("client_id"):
        with pytest.raises(PlatformError, match="client_id"):
            read_tool(tmp_path / "tool.toml")
