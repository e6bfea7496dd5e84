"""What holds for every platform. (Those that talk to a server have the same list against a fake
one in tests/platforms/lti and canvas.)"""

from __future__ import annotations

import json
from pathlib import Path

import platform_cases
import pytest
from platform_breaking import raw
from platform_cases import GOLDEN, OFFLINE, copy_of_runs, grouped, rows, send
from platform_files import comparable, contents, pieces, score
from validators import VALIDATORS

from grader.platforms import PLATFORMS, find_platform
from grader.platforms.seam import RECEIPTS, Receipts
from grader.records import store
from grader.records.errors import PlatformError

pytestmark = pytest.mark.slow

EACH = pytest.mark.parametrize("name", OFFLINE)
SECRETS = (b"SECRET-", b"frozen_base", b"KeyError")
"""What no student may read: criteria for instructors, our own reasons for a hold."""


@EACH
def test_golden(name: str, tmp_path: Path) -> None:
    """The stored grades give the files that are kept, byte for byte."""
    platform_cases.make_golden(tmp_path / "out", copy_of_runs(tmp_path), (name,))
    made, kept = contents(tmp_path / "out" / name), contents(GOLDEN / name)
    assert sorted(made) == sorted(kept)
    for file, data in made.items():
        assert comparable(file, data) == comparable(file, kept[file]), file


@EACH
def test_the_validator_accepts_the_golden_files(name: str) -> None:
    """Each piece is what the platform takes, by a validator that knows nothing of ours."""
    found = pieces(name, GOLDEN / name)
    assert found
    for label, files in found.items():
        assert VALIDATORS[name](files) == [], label


@EACH
def test_a_second_send_changes_nothing(name: str, tmp_path: Path) -> None:
    """Neither a file nor a receipt; the receipt says `unchanged`."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    first = send(name, out, runs)
    assert {entry.status for entry in first.entries} >= {"sent", "held"}
    before = contents(tmp_path)
    second = send(name, out, runs)
    assert contents(tmp_path) == before
    assert second.changes == 0
    statuses = {entry.status for entry in second.entries}
    assert statuses <= {"unchanged", "held", "exempt"}


@EACH
def test_a_dry_run_writes_nothing_and_says_what_would_change(name: str, tmp_path: Path) -> None:
    """The same entries as the sending after it, as `planned`."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    before = contents(tmp_path)
    planned = send(name, out, runs, dry_run=True)
    assert contents(tmp_path) == before
    assert not out.exists()
    sent = send(name, out, runs)
    assert rows(planned) == list(sent.entries)
    assert planned.changes > 0


@EACH
def test_a_held_grade_is_no_number_anywhere(name: str, tmp_path: Path) -> None:
    """Whatever points the judge had: they are in no file, and the receipt has none."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    path = runs / "held" / platform_cases.ATTEMPT / "grade.json"
    strange = platform_cases.stored(path.parent)[0].model_copy(update={"points": 77.125})
    store.save(path, strange)
    receipt = send(name, out, runs)
    entry = next(e for e in receipt.entries if e.submission == "held")
    assert entry.status == "held"
    assert receipt.exit_status == 1
    assert not (path.parent / RECEIPTS).exists()
    for file, data in contents(out).items():
        assert b"77.1" not in data, file
        assert b"77,1" not in data, file


@EACH
def test_a_grade_that_becomes_held_leaves_no_old_number(name: str, tmp_path: Path) -> None:
    """A results file of an earlier send is gone, or no longer a number of ours."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    send(name, out, runs)
    path = runs / "perfect" / platform_cases.ATTEMPT / "grade.json"
    held = platform_cases.stored(path.parent)[0]
    held = held.model_copy(update={"held": True, "held_because": "ours"})
    store.save(path, held)
    send(name, out, runs)
    for label, files in pieces(name, out).items():
        if label.split("/")[0] == "perfect" and files:
            assert b'"score"' not in files.get("results.json", b"")
            assert "feedback.json" not in files
            assert "github_output.txt" not in files


@EACH
def test_students_read_no_secrets(name: str, tmp_path: Path) -> None:
    """Criteria for instructors and reasons of ours stay out of what students see."""
    for file, data in contents(GOLDEN / name).items():
        for_instructors = file == "held.csv" or name in ("plain", "nbgrader")
        assert for_instructors or not any(secret in data for secret in SECRETS), file


@EACH
def test_receipts_lie_beside_the_grade(name: str, tmp_path: Path) -> None:
    """`receipt.json` names platform, target, hash, points and time of what was sent."""
    runs = copy_of_runs(tmp_path)
    send(name, tmp_path / "out", runs)
    stored = store.load(runs / "perfect" / platform_cases.ATTEMPT / RECEIPTS, Receipts)
    assert stored is not None
    (sent,) = stored.sent
    assert (sent.sink, sent.points) == (name, 100)
    assert len(sent.payload_sha256) == 64


@EACH
def test_an_unknown_option_is_refused_by_name(name: str, tmp_path: Path) -> None:
    """A typing error must not be taken for a default."""
    with pytest.raises(PlatformError, match="outt"):
        send(name, tmp_path / "out", copy_of_runs(tmp_path), outt="x")


@EACH
def test_what_is_no_notebook_stops_nobody(name: str, tmp_path: Path) -> None:
    """It is held, and no criterion was asked of it; the others are sent."""
    runs = copy_of_runs(tmp_path)
    (path,) = (runs / "held").glob("*/grade.json")
    stored = json.loads(path.read_text())
    path.write_text(json.dumps(stored | {"verdicts": [], "causes": []}))
    status = {
        entry.submission: entry.status for entry in send(name, tmp_path / "out", runs).entries
    }
    assert status["held"] == "held"
    assert status["perfect"] == "sent"


@EACH
def test_no_grades_is_no_error(name: str, tmp_path: Path) -> None:
    """An empty class gives an empty receipt."""
    options = {**platform_cases.OPTIONS.get(name, {}), "out": str(tmp_path / "out")}
    receipt = PLATFORMS[name].send([], folder=tmp_path, options=options, dry_run=False)
    assert receipt.entries == ()
    assert receipt.exit_status == 0


@pytest.mark.parametrize("name", ["canvas", "moodle", "nbgrader"])
def test_everybody_of_a_group_gets_the_grade(name: str, tmp_path: Path) -> None:
    """By the metadata of Gradescope's export, which knows nothing that only the platform gives."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    roster = grouped(tmp_path, "crashed", "opaque", "perfect", "hostile")
    planned = send(name, out, runs, dry_run=True, roster=roster)
    receipt = send(name, out, runs, roster=roster)
    assert rows(planned) == list(receipt.entries)
    mine = [(entry.user, entry.status, entry.after) for entry in receipt.entries if entry.user]
    people = ["perfect@example.edu", "Many-Mistakes@Example.edu"]
    assert [user for user, _, _ in mine] == people
    status = {entry.submission: entry.status for entry in receipt.entries}
    if name == "canvas":  # by number; no Canvas id is taken for one
        assert {state for _, state, _ in mine} == {"sent"}
        assert (status["opaque"], status["hostile"]) == ("refused", "sent")
    if name == "moodle":  # by address
        assert [(state, after) for _, state, after in mine] == [("sent", "34")] * 2
        assert (status["opaque"], status["perfect"], status["hostile"]) == (
            "refused", "sent", "refused",
        )  # fmt: skip
    second = send(name, out, runs, roster=roster)
    assert second.changes == 0


def test_golden_scores_for_lti(tmp_path: Path) -> None:
    """The stored grades give the scores that are kept; each is one that a platform takes."""
    platform_cases.make_scores(tmp_path)
    kept = (platform_cases.GOLDEN / "lti" / platform_cases.SCORES).read_bytes()
    assert (tmp_path / platform_cases.SCORES).read_bytes() == kept
    lines = kept.splitlines()
    assert len(lines) == 7
    for one in lines:
        posted = json.loads(one) | {"timestamp": "2026-05-04T12:00:00.001+00:00"}
        assert VALIDATORS["lti"](raw(score(), "body", json.dumps(posted).encode())) == []


def test_every_platform_has_a_validator() -> None:
    """One list, the same names; Canvas has two ways."""
    assert set(VALIDATORS) - {"canvas-rest"} == set(PLATFORMS) >= set(OFFLINE)


def test_an_unknown_platform_is_refused_with_the_list() -> None:
    """The message says what there is."""
    with pytest.raises(PlatformError, match="gradescope"):
        find_platform("blackboard")
