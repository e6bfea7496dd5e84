"""`grader send`, `override` and `pack` as an instructor calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tiny_assignment
from cli_calls import call
from platform_cases import ATTEMPT, INPUTS, copy_of_runs
from validators import VALIDATORS

from grader.assignment import folder as assignment
from grader.cli.platforms import parse_options
from grader.intake import Source
from grader.pipeline.hook import _assignment, _source, within
from grader.records.errors import GraderError, IntakeError


def test_send_twice(tmp_path: Path) -> None:
    """Status 1 because one is held; the second time nothing changes."""
    runs = copy_of_runs(tmp_path)
    status, text = call("send", runs, "--to", "plain", "--option", f"out={tmp_path / 'out'}")
    assert status == 1
    assert "held" in text and f"{tmp_path / 'out' / 'grades.csv'}\n" in text
    status, text = call("send", runs, "--to", "plain", "--option", f"out={tmp_path / 'out'}")
    assert "Nothing changes" in text
    made = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    made.pop("held.csv")
    assert VALIDATORS["plain"](made) == []


def test_the_first_dry_run_shows_the_diff_with_the_platforms_own_file(tmp_path: Path) -> None:
    """Before anything was filled in: the lines of the export that would change, and no other."""
    runs, book = copy_of_runs(tmp_path), INPUTS / "canvas_gradebook.csv"
    words = [f"gradebook={book}", "column=4711", f"out={tmp_path / 'out'}",
             f"roster={INPUTS / 'canvas_roster.csv'}"]  # fmt: skip
    options = [part for word in words for part in ("--option", word)]
    _, text = call("send", runs, "--to", "canvas", "--dry-run", *options)
    assert '+"Crashed, Cy",104,S4,cy@example.edu,B,,6.8,' in text
    assert text.count("\n+") == text.count("\n-") == 7 + 1  # six cells, EX, and the names
    assert not (tmp_path / "out").exists()


def test_a_dry_run_shows_a_diff(tmp_path: Path) -> None:
    """The line of the gradebook before and after; nothing is written."""
    runs, out = copy_of_runs(tmp_path), tmp_path / "out"
    out.mkdir()
    book = INPUTS / "canvas_gradebook.csv"
    (out / book.name).write_bytes(book.read_bytes())
    words = [f"gradebook={book}", "column=4711", f"out={out}",
             f"roster={INPUTS / 'canvas_roster.csv'}"]  # fmt: skip
    options = [part for word in words for part in ("--option", word)]
    _, text = call("send", runs, "--to", "canvas", "--dry-run", *options)
    assert '+"Crashed, Cy",104,S4,cy@example.edu,B,,6.8,' in text
    assert (out / book.name).read_bytes() == book.read_bytes()


def test_a_dry_run_does_not_print_a_report_for_each_student(tmp_path: Path) -> None:
    """A worksheet has a whole report in one cell; who it is and the points stand before it."""
    sheet, people = tmp_path / "Grades.csv", tmp_path / "people.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Grade,Maximum Grade,Feedback comments\n"
        "Participant 1,Ada,ada@x.org,,100.00,\n"
    )
    people.write_text("submission,user\nperfect,ada@x.org\n")
    options = ("--option", f"worksheet={sheet}", "--option", f"roster={people}")
    _, text = call("send", copy_of_runs(tmp_path), "--to", "moodle", "--dry-run", *options)
    shown = text[text.index("+Participant") :].replace("\n", "")
    assert shown.startswith("+Participant 1,Ada,ada@x.org,100,") and shown.index("…") == 240


def test_an_override_is_kept_shown_and_sent(tmp_path: Path) -> None:
    """The judge's grade stays as it was; the report and what is sent have the decision."""
    runs = copy_of_runs(tmp_path)
    folder = runs / "perfect"
    before = (folder / ATTEMPT / "grade.json").read_bytes()
    status, text = call("override", folder, "cut", 4, "--why", "argued well", "--by", "ta")
    assert (status, "100 → 94 of 100" in text) == (0, True)
    assert (folder / ATTEMPT / "grade.json").read_bytes() == before
    assert "94" in (folder / ATTEMPT / "report.html").read_text()
    call("send", runs, "--to", "gradescope", "--option", f"out={tmp_path / 'out'}")
    sent = json.loads((tmp_path / "out/perfect/results.json").read_text())
    assert sent["score"] == 94
    assert "argued well" in sent["output"]
    assert len((folder / "overrides.jsonl").read_text().splitlines()) == 1
    _, text = call("comment", runs / "held", "Wait a day.", "--by", "ta")
    assert "held: no number" in text
    _, text = call("release", runs / "held", "--why", "looked at it", "--by", "ta")
    assert "held → " in text


def test_decisions_on_the_class(tmp_path: Path) -> None:
    """A TOML file with a policy on lateness, given when sending."""
    runs, decisions = copy_of_runs(tmp_path), tmp_path / "class.toml"
    decisions.write_text(
        "[policy]\ndue = 2026-05-01T12:00:00Z\nper_day = 0.25\n"
        '[[submission]]\nid = "perfect"\nsubmitted_at = 2026-05-01T13:00:00Z\n'
    )
    words = ("--to", "plain", "--option", f"out={tmp_path / 'out'}", "--overrides", decisions)
    call("send", runs, *words)
    assert "perfect,horses-vs-humans,graded,75,100" in (tmp_path / "out/grades.csv").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("override", "RUNS/perfect", "cutt", 1, "--why", "x"), "no criterion"),
        (("override", "RUNS", "cut", 1, "--why", "x"), "8 submissions"),
        (("send", "RUNS", "--to", "blackboard"), "no platform called"),
        (("send", "RUNS", "--to", "plain", "--option", "out"), "NAME=VALUE"),
        (("send", "RUNS", "--to", "moodle"), "worksheet"),
        (("send", "RUNS/nothing", "--to", "plain"), "no grades"),
        (("show", "RUNS/perfekt"), "perfect"),
        (("show", "perfect"), "the folder that holds `runs`"),
        (("judge", "perfect"), "the folder that holds `runs`"),
        (("hook", "gradescope", "--submission", "RUNS/no.ipynb"), "name a notebook"),
        (("send", "RUNS", "--to", "canvas"), "gradebook"),
        (("send", "RUNS", "--to", "canvas", "--option", "course=7"), "'url'"),
        (("send", "RUNS", "--to", "plain", "--option", "out"), "--option out=…"),
        (("send", "RUNS", "--to", "plain", "--overrides", "RUNS/no.toml"), "No such file"),
        (("pack", "vocareum"), "does not run graders"),
        (
            (
                "pack",
                "gradescope",
                "-a",
                "horses-vs-humans",
                "--wheel",
                "RUNS/no.whl",
                "--out",
                "RUNS",
            ),
            "does not exist",
        ),
        (
            (
                "pack",
                "vocareum",
                "-a",
                "horses-vs-humans",
                "--wheel",
                "RUNS/no.whl",
                "--out",
                "RUNS",
            ),
            "does not run graders",
        ),
    ],
)
def test_mistakes_are_one_line_and_status_2(
    words: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    """What is wrong and what to do, never a stack."""
    runs = copy_of_runs(tmp_path)
    status, text = call(*(str(word).replace("RUNS", str(runs)) for word in words))
    assert status == 2
    assert message in " ".join(text.split())
    assert "Traceback" not in text


def test_options_may_hold_an_equals_sign() -> None:
    """Only the first one parts name and value."""
    assert parse_options(["url=https://x?a=b"]) == {"url": "https://x?a=b"}
    with pytest.raises(GraderError):
        parse_options(["url"])


EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'


def test_a_container_holds_one_notebook(tmp_path: Path) -> None:
    """None or two are an error; checkpoints and what a pack put into `.github` do not count."""
    with pytest.raises(IntakeError, match="0 notebooks"):
        _source(tmp_path)
    packed = ".github/grader/assignments/horses-vs-humans/release-c.ipynb"
    for name in ("My work (1).ipynb", ".ipynb_checkpoints/My work (1)-checkpoint.ipynb", packed):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(EMPTY)
    assert _source(tmp_path).id == "My-work-1"
    assert _source(tmp_path / "My work (1).ipynb").shown == "My work (1).ipynb"
    (tmp_path / "b.ipynb").write_text("{}")
    with pytest.raises(IntakeError, match="2 notebooks"):
        _source(tmp_path)


def test_a_container_runs_no_other_notebook(tmp_path: Path) -> None:
    """The student hears at once that it is not the one that is asked for; without a name whichever
    assignment it fits is meant."""
    ours = assignment.load_assignment("horses-vs-humans")
    tiny = assignment.load_assignment(tiny_assignment.made(tmp_path / "assignments"))
    other = tiny_assignment.put(tmp_path / "work.ipynb", *tiny_assignment.SOLUTION)
    source = Source(id="work", path=other, shown="work.ipynb")
    with pytest.raises(IntakeError, match="Hand in the notebook of this"):
        _assignment(source, ours, [ours, tiny])
    assert _assignment(source, None, [ours, tiny]) == tiny
    assert _assignment(source, tiny, []) == tiny


def test_the_run_leaves_time_for_measuring() -> None:
    """Limits are cut to what the platform leaves, and never raised."""
    ours = assignment.load_assignment("horses-vs-humans")
    cut = within(ours, 100).limits
    assert (cut.wall_s, cut.cell_s) == (60, 60)
    assert within(ours, 100_000).limits == ours.limits
