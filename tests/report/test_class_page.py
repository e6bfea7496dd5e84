"""The class page and its sheet: figures, who is held, links, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import operator
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from reading_report import checked
from samples_more import HOSTILE, held, hostile, mistakes, samples
from samples_report import grade, run, verdicts

from grader.records import UNREADABLE, Grade
from grader.report import write as report
from grader.report.class_page import causes_of, in_class, sheet, tenths
from grader.report.templates import environment

PICTURES: Any = environment("html").get_template("pictures.html.j2").module
SVG = "{http://www.w3.org/2000/svg}"


def named(one: Grade, name: str) -> Grade:
    return one.model_copy(update={"submission": one.submission.model_copy(update={"id": name})})


def lines(grades: list[Grade]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet(grades), newline="")))


def test_the_sheet_has_a_column_for_each_criterion() -> None:
    """Points by criterion and the total, a line a submission, ordered by id, ended by CRLF."""
    text = sheet([mistakes(), grade("anna")])
    assert text.count("\r\n") == text.count("\n") == 3
    anna, many = lines([mistakes(), grade("anna")])
    assert (anna["submission"], anna["points"], anna["frozen"], anna["held"]) == (
        "anna", "100", "12", "no"
    )  # fmt: skip
    assert (anna["held_because"], anna["run"], anna["exempt"]) == ("", "finished", "no")
    assert (many["points"], many["frozen"], many["first_to_fix"]) == ("65", "0", "frozen")
    assert many["misconceptions"] == "freezing-does-nothing validation-is-training"


def test_a_held_line_has_no_number() -> None:
    """Nothing in it can be added up to a grade; why it is held stands there."""
    for one in (held(), grade(exempt=True)):
        (line,) = lines([one])
        criteria = [verdict.criterion for verdict in one.verdicts]
        assert {line[name] for name in ("points", *criteria)} == {""}
    assert "KeyError" in lines([held()])[0]["held_because"]


def test_no_cell_of_the_sheet_is_a_formula() -> None:
    """Hostile ids, names and revisions are text in every cell, also for a reader of the CSV."""
    for start in ("=", "+", "-", "@", " =", "\t=", "\x1b[0m=", "\u200b="):
        rows = list(csv.reader(io.StringIO(sheet([hostile(start + HOSTILE)]), newline="")))
        assert len(rows) == 2
        for cell in rows[0] + rows[1]:
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
            assert "\x1b" not in cell


def test_the_class_page_has_the_figures() -> None:
    """Totals count only where there is one; held ones are listed with the reason."""
    page = report.render_batch(
        list(samples().values())[:3], "Class", {"held": "held/abc/report.html"}
    )
    shown = checked(page)
    assert ("3", "submissions") in shown.tiles
    assert ("2", "with a total") in shown.tiles
    assert ("1", "on hold") in shown.tiles
    assert ("82%", "mean of the totals") in shown.tiles
    assert "check frozen_base raised KeyError" in shown.text
    assert "Freezing that does nothing" in shown.text
    assert "passed 1, not there yet 1, on hold 1" in shown.text
    assert "./held/abc/report.html" in shown.links


def test_a_class_without_a_total_is_told() -> None:
    """When everything is held there is no distribution and no mean."""
    shown = checked(report.render_batch([held()], "Class"))
    assert ("0", "with a total") in shown.tiles
    assert "spread" not in shown.text


def test_what_was_never_run_has_no_criteria() -> None:
    """Nor did its run die; whose file it is stands there where the id does not say it."""
    submission = held().submission.model_copy(update={"file_name": "李小龙/essay.pdf"})
    unread = run(party="undecided", status="died", limit=UNREADABLE)
    nothing = held().model_copy(
        update={"verdicts": (), "run": unread, "submission": submission, "misconceptions": ()}
    )
    shown = checked(report.render_batch([nothing], "Class"))
    assert ("1", "submission") in shown.tiles
    assert "not run" in shown.text and "李小龙/essay.pdf" in shown.text
    for words in ("died", "0 of 0", "Criterion by criterion"):
        assert words not in shown.text


def test_a_class_has_room_for_more_causes_than_one_of_several() -> None:
    """Of one assignment nearly all are told, beside others the most important ones."""
    right = samples()["perfect"]
    failing = [
        {verdict.criterion: {"status": "failed", "points": 0, "message": verdict.criterion}}
        for verdict in right.verdicts
        if verdict.max_points
    ]
    grades = [
        right.model_copy(update={"verdicts": verdicts(change), "first_to_fix": ""})
        for change in failing
    ]
    assert len(causes_of(grades)) == len(failing) > 5


def test_hostile_submissions_leave_the_class_page_alone() -> None:
    """Ids and reasons of the student's are text; links stay below the page."""
    for path in ("/etc/passwd", "../up.html", "a/../../b.html"):
        shown = checked(report.render_batch([named(hostile(), "x")], HOSTILE, {"x": path}))
        assert shown.links == ["#main", "./grades.csv"]
    shown = checked(report.render_batch([named(grade(), "x")], "t", {"x": 'javascript:a/"><b>'}))
    assert "./javascript%3Aa/%22%3E%3Cb%3E" in shown.links


def test_page_and_sheet_need_no_more_than_is_kept_in_a_batch() -> None:
    """Without cells, curves and pictures everything reads the same, held grades included."""
    whole = [*samples().values(), mistakes(), held(), hostile()]
    kept = [in_class(one) for one in whole]
    assert sheet(kept) == sheet(whole)
    assert report.render_batch(kept, "A class") == report.render_batch(whole, "A class")
    assert not any(one.diagram or one.run.cells for one in kept)


def test_what_is_said_to_many_is_kept_once() -> None:
    """Grades that were read from files, as those of other processes are."""
    first, second = (
        in_class(Grade.model_validate_json(grade(name).model_dump_json())) for name in ("a", "b")
    )
    assert first.verdicts and all(map(operator.is_, first.verdicts, second.verdicts))


def test_a_batch_is_written_with_links_to_the_reports_that_count(tmp_path: Path) -> None:
    """batch.html links to the current attempt of each submission that has one."""
    attempt = tmp_path / "anna" / "abc"
    report.write_reports(grade("anna"), attempt)
    (tmp_path / "anna" / "current").write_text("abc")
    report.write_batch([grade("anna"), grade("ben")], tmp_path, "Class")
    shown = checked((tmp_path / "batch.html").read_text())
    assert shown.links == ["#main", "./anna/abc/report.html", "./grades.csv"]
    assert (tmp_path / shown.links[1]).is_file()
    assert len((tmp_path / "grades.csv").read_text().splitlines()) == 3


def test_a_thousand_submissions_fit(tmp_path: Path) -> None:
    """The page of a large class is made in seconds and holds every row."""
    some = list(samples().values())[:5]
    grades = [named(some[at % 5], f"student-{at:04d}") for at in range(1000)]
    started = time.perf_counter()
    report.write_batch(grades, tmp_path, "Class")
    assert time.perf_counter() - started < 10
    page = (tmp_path / "batch.html").read_text()
    assert page.count("student-") == 1200  # 1000 rows, and the 200 held ones once more
    assert len(page) < 2_000_000


# ---------------------------------------------------------------- the class


def test_totals_fall_into_tenths() -> None:
    """Ends included: 0 in the first, 1.0 in the last, 0.3 not lost to rounding."""
    assert tenths([0.0, 0.0999, 0.1, 0.3, 0.95, 1.0]) == (
        2, 1, 0, 1, 0, 0, 0, 0, 0, 2
    )  # fmt: skip


def texts(svg: str) -> list[str | None]:
    return [node.text for node in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own text


def test_the_distribution_has_its_numbers() -> None:
    """Each column carries its count as text; without totals it is still whole."""
    assert "7" in texts(PICTURES.distribution(tenths([0.55] * 7)))
    assert texts(PICTURES.distribution(tenths([])))


def test_an_outcome_bar_has_its_numbers_in_its_name() -> None:
    """Counts are told to those who do not see it, and the parts fill the bar."""
    svg = PICTURES.outcomes({"passed": 3, "failed": 1}, "Loss", "passed 3, not there yet 1")
    tree = ET.fromstring(svg)  # noqa: S314 - our own text
    assert "passed 3" in str(tree.get("aria-label"))
    wide = [float(str(node.get("width"))) for node in tree.iter(f"{SVG}rect")]
    assert wide == [200, 149, 49]
