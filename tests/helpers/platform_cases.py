"""Stored grades for the platforms, what each platform hands us, and the golden directories.

`python tests/helpers/platform_cases.py` writes the stored runs and every golden directory anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from fake_canvas import TOKEN, enrolled
from fake_server import serving
from validators.canvas_rest import FILE as REQUESTS

from grader.judge.decisions.apply import LatePolicy, Override, apply
from grader.platforms import PLATFORMS, Receipt
from grader.platforms.lti import score_of
from grader.platforms.seam import Entry
from grader.records import Grade, store
from grader.report import write as report

HERE = Path(__file__).parents[1]
GOLDEN = HERE / "golden" / "platforms"
RUNS = GOLDEN / "runs" / "horses-vs-humans"
INPUTS = GOLDEN / "inputs"
ATTEMPT = "0123456789ab"
SCORES = "scores.jsonl"
AT = "2026-05-04T12:00:00+00:00"
WITH_PAGE = ("perfect", "hostile")
"""Whose report.html is kept: two pages are enough to see that they are passed on."""
ATTACKS = "\r\n::error file=x::owned\n::set-output name=result::x\n=cmd|'/c calc'!A0\n%0A::stop::"
OFFLINE = ("plain", "gradescope", "coursera", "prairielearn", "github", "canvas", "moodle",
           "nbgrader")  # fmt: skip
LOGINS = ("perfect", "many-mistakes", "held", "crashed", "opaque", "hostile", "late", "exempt")
OPTIONS: dict[str, dict[str, str]] = {
    "coursera": {"parts": str(INPUTS / "parts.toml")},
    "github": {"notebook": "C2W3_Assignment.ipynb"},
    "canvas": {
        "gradebook": str(INPUTS / "canvas_gradebook.csv"),
        "column": "4711",
        "roster": str(INPUTS / "canvas_roster.csv"),
    },
    "moodle": {
        "worksheet": str(INPUTS / "moodle_worksheet.csv"),
        "roster": str(INPUTS / "moodle_roster.csv"),
    },
}


def stored(folder: Path = RUNS) -> list[Grade]:
    """The stored grades, as `grader send` would read them."""
    kept = (store.load(path / "grade.json", Grade) for path in store.attempts(folder))
    return [grade for grade in kept if grade is not None]


def one(name: str) -> Grade:
    """One stored grade."""
    return next(grade for grade in stored() if grade.submission.id == name)


def send(name: str, out: Path, folder: Path, *, dry_run: bool = False, **more: str) -> Receipt:
    """Send all grades of a run folder through one offline platform."""
    options = {**OPTIONS.get(name, {}), "out": str(out), **more}
    return PLATFORMS[name].send(stored(folder), folder=folder, options=options, dry_run=dry_run)


def rows(receipt: Receipt) -> list[Entry]:
    """Its entries, with `sent` for what would be sent."""
    return [
        entry.but(status="sent") if entry.status == "planned" else entry
        for entry in receipt.entries
    ]


def grouped(tmp_path: Path, *submissions: str) -> str:
    """The metadata of an export from Gradescope: the first was handed in by two students, each
    further one by one of the others; nobody's Canvas id is anybody's number."""
    text = "---\n"
    people = [
        ("S1", "perfect@example.edu"), ("S2", "Many-Mistakes@Example.edu"), ("101", "nobody"),
        ("", "late@example.edu"), ("S6", ""),
    ]  # fmt: skip
    for index, name in enumerate(submissions):
        text += f"{name}:\n  :submitters:\n"
        for sid, mail in people[:2] if index == 0 else people[index + 1 : index + 2]:
            text += f"  - :name: X\n    :sid: '{sid}'\n    :email: {mail}\n"
    (tmp_path / "submission_metadata.yml").write_text(text)
    return str(tmp_path / "submission_metadata.yml")


def copy_of_runs(tmp_path: Path) -> Path:
    """A run folder that may be written to."""
    return Path(shutil.copytree(RUNS, tmp_path / "runs"))


def dump(database: Path) -> str:
    """A gradebook as SQL text: what can be compared and kept."""
    connection = sqlite3.connect(database)
    try:
        return "\n".join(connection.iterdump()) + "\n"
    finally:
        connection.close()


def make_runs() -> None:
    """The run folder, from the report's samples: each with another id, state and history."""
    import samples_more  # noqa: PLC0415
    from samples_report import grade  # noqa: PLC0415

    samples = samples_more.samples()
    # JSON cannot hold half a surrogate pair; everything else in it can be stored.
    hostile = samples_more.hostile(samples_more.HOSTILE.replace("\ud800", "") + ATTACKS)
    submission = hostile.submission.model_copy(update={"id": "hostile", "sha256": "f" * 64})
    samples["hostile"] = hostile.model_copy(update={"submission": submission})
    late = grade("late")
    said = [
        Override(kind="submitted", submission="late", moment="2026-05-03T10:00:00+00:00"),
        Override(kind="override", submission="late", criterion="cut", points=8, why="argued well"),
        Override(kind="comment", submission="late", why="Please hand in on time."),
    ]
    policy = LatePolicy(due="2026-05-02T12:00:00+00:00", per_day=0.1)
    samples["late"] = apply(late, said, policy)
    samples["exempt"] = apply(grade("exempt"), [Override(kind="exempt", submission="exempt")])
    shutil.rmtree(RUNS, ignore_errors=True)
    for sample in samples.values():
        attempt = RUNS / sample.submission.id / ATTEMPT
        kept = sample.model_copy(update={"graded_at": AT, "assignment": "horses-vs-humans"})
        store.save(attempt / "grade.json", kept)
        report.write_reports(kept, attempt)
        for path in attempt.glob("report*"):
            if path.name != "report.md" and sample.submission.id not in WITH_PAGE:
                path.unlink()
        store.set_current(attempt)


def make_golden(out: Path, folder: Path, names: Sequence[str] = OFFLINE) -> None:
    """The offline platforms' files from the stored grades."""
    for name in names:
        send(name, out / name, folder)
    if names == OFFLINE:
        make_scores(out / "lti")
    if "nbgrader" not in names:
        return
    database = out / "nbgrader" / "gradebook.db"
    (out / "nbgrader" / "gradebook.sql").write_text(dump(database))
    database.unlink()
    shutil.rmtree(out / "nbgrader" / "feedback")


def make_scores(out: Path) -> None:
    """What is posted by LTI, one score a line, all but the time of posting."""
    kept = [grade for grade in stored() if grade.held or not grade.exempt]
    scores = [score_of(grade, f"user-{grade.submission.id}", 20.0) for grade in kept]
    store.write_atomically(out / SCORES, "".join(f"{json.dumps(one)}\n" for one in scores).encode())


def make_requests(out: Path, folder: Path) -> None:
    """What is pushed to a Canvas that has nothing yet, one request a line."""
    canvas = enrolled(LOGINS)
    with serving(canvas) as canvas.url:
        os.environ["CANVAS_TOKEN"] = TOKEN
        options = {"url": canvas.url, "course": "7", "assignment": "4711"}
        PLATFORMS["canvas"].send(stored(folder), folder=folder, options=options, dry_run=False)
    store.write_atomically(out / REQUESTS, canvas.requests())


if __name__ == "__main__":
    sys.path.insert(0, str(HERE / "helpers"))
    make_runs()
    for old in OFFLINE:
        shutil.rmtree(GOLDEN / old, ignore_errors=True)
    scratch = GOLDEN / "scratch"
    make_golden(GOLDEN, copy_of_runs(scratch))
    make_requests(GOLDEN / "canvas-rest", copy_of_runs(scratch / "again"))
    shutil.rmtree(scratch)
