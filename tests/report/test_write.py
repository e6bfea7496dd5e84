"""One grade as a page, as Markdown and as text: what is told, to whom, and that nothing acts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from reading_report import checked
from samples_more import crashed, held, mistakes, opaque, samples
from samples_report import grade, run, verdicts

from grader.records import Adjustment, Grade, Link
from grader.report import write as report
from grader.report.harmless import LIMIT
from grader.report.page import Group, page
from grader.report.templates import Format, environment
from grader.report.write import _laid_out, laid_out

GOLDEN = Path(__file__).parents[1] / "golden"
# To accept a change of the reports: UPDATE_GOLDEN=1 pytest tests/report/test_write.py, then look.
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.mark.parametrize("format_", report.FORMATS)
def test_reports_are_as_they_were(format_: Format) -> None:
    """The report of a stored grade is letter for letter the stored report."""
    stored = GOLDEN / "grade.json"
    if UPDATE:
        stored.write_text(mistakes().model_dump_json(indent=1) + "\n")
    made = report.render(Grade.model_validate_json(stored.read_bytes()), format_)
    if UPDATE:
        (GOLDEN / f"report.{format_}").write_text(made)
    assert made == (GOLDEN / f"report.{format_}").read_text()


@pytest.mark.parametrize("name", samples())
@pytest.mark.parametrize("audience", ["student", "instructor"])
def test_every_page_is_whole_and_passive(name: str, audience: Any) -> None:
    """All samples give valid pages without script, handler, remote content or broken anchors."""
    shown = checked(report.render(samples()[name], "html", audience=audience))
    tags = [tag for tag, _ in shown.tags]
    assert (tags.count("main"), tags.count("header"), tags.count("footer")) == (1, 1, 1)
    assert tags.count("h1") == 1
    named = [attributes.get("aria-labelledby", "main") for _, attributes in shown.tags]
    assert set(named) <= set(shown.ids)
    for tag, attributes in shown.tags:
        if tag == "svg":
            hidden = attributes.get("aria-hidden") == "true"
            assert hidden or (attributes["role"] and attributes["aria-label"])


def test_the_policy_allows_our_style_and_nothing_else() -> None:
    """The page's own policy forbids scripts and remote content; the style's hash fits."""
    shown = checked(report.render(grade(), "html"))
    (policy,) = [one["content"] for _, one in shown.tags if "http-equiv" in one]
    digest = base64.b64encode(hashlib.sha256(shown.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in shown.style
    assert "@import" not in shown.style


def test_sections_come_in_the_order_of_use() -> None:
    """Total, what to mend, what is in place, model, training, run, origin."""
    ids = [one for one in checked(report.render(mistakes(), "html")).ids if "-" not in one]
    assert ids == [
        "main", "total", "first", "then", "rest", "model", "training", "run", "provenance"
    ]  # fmt: skip


@pytest.mark.parametrize("format_", report.FORMATS)
def test_a_held_grade_shows_no_total(format_: Format) -> None:
    """It says kindly that a person looks, and why in our words; no sum, no words of a check."""
    text = " ".join(report.render(held(), format_).split())
    text = checked(report.render(held(), "html")).text if format_ == "html" else text
    assert "on hold" in text.lower()
    assert "Our check of “Every layer of the base is frozen” did not come to an end." in text
    assert "of 100" not in text
    assert not re.search(r"\b88\b", text)
    assert "KeyError" not in text


def test_instructors_are_told_why_a_grade_is_held() -> None:
    """The grade's own words stand on the instructor's page."""
    assert "KeyError" in report.render(held(), "html", audience="instructor")


def test_a_fault_of_ours_is_not_explained_to_students() -> None:
    """What went wrong on our machine is for the instructor's page only."""
    message = "No space left on device: /srv/runs/x"
    ours = grade(
        held=True, held_because=message, run=run(party="ours", status="died", message=message)
    )
    for format_ in report.FORMATS:
        text = report.render(ours, format_)
        assert "/srv" not in text
        assert "on our side" in " ".join(text.split())
    assert "/srv/runs" in report.render(ours, "html", audience="instructor")


@pytest.mark.parametrize("format_", report.FORMATS)
def test_criteria_for_the_instructor_are_left_out(format_: Format) -> None:
    """Title, message and the idea behind it do not reach the student; the sum is explained."""
    text = report.render(opaque(), format_)
    assert "SECRET" not in text
    assert (
        "0 of 2 points of the total come from criteria that only your instructor sees"
        in " ".join(text.split())
    )
    full = report.render(opaque(), format_, audience="instructor")
    assert {"SECRET-TITLE", "SECRET-MESSAGE", "SECRET-IDEA"} <= set(re.findall(r"SECRET-\w+", full))


def test_what_waits_for_a_hidden_criterion_does_not_name_it() -> None:
    """The judge's message names the criterion that blocks; a hidden one is not given away."""
    skipped = {
        "status": "skipped", "points": 0, "blocked_by": ("loss",),
        "message": "Not looked at: it builds on “SECRET-TITLE”.",
    }  # fmt: skip
    secret = {
        "status": "failed", "points": 0, "visibility": "instructor", "title": "SECRET-TITLE",
    }  # fmt: skip
    made = grade(verdicts=verdicts({"loss": secret, "metric": skipped}))
    for format_ in report.FORMATS:
        text = " ".join(report.render(made, format_).split())
        assert "SECRET" not in text
        assert "builds on another criterion" in text
    assert "builds on “SECRET-TITLE”" in report.render(made, "html", audience="instructor")


def test_the_tier_says_what_it_lacks() -> None:
    """The sandbox is named, and what it could not wall off."""
    text = report.render(grade(run=run(tier_lacks=("memory is watched, not reserved",))), "txt")
    assert "Sandbox: bubblewrap" in text
    assert "memory is watched, not reserved" in " ".join(text.split())


def test_the_first_to_fix_is_one_the_student_sees() -> None:
    """When the judge's choice is hidden, the first visible one to mend takes its place."""
    first = report.render(opaque(), "md").partition("Fix this first\n\n")[2]
    assert first.startswith("### The layers of the model are hidden – 12 points hang on it")
    assert "Fix this first" not in report.render(grade(), "md")


def test_an_exempt_grade_shows_no_total() -> None:
    """What does not count for a student is not shown as a number."""
    text = checked(report.render(grade(exempt=True), "html")).text
    assert "This submission is exempt" in text
    assert "of 100" not in text


def test_decisions_of_people_are_told() -> None:
    """Changed points and comments are shown; who decided only to the instructor."""
    changed = grade(
        adjustments=(
            Adjustment(
                kind="override", criterion="loss", before=0, after=5, why="I looked", by="kim"
            ),
            Adjustment(kind="late", before=100, after=90, why="1 day late"),
            Adjustment(kind="total", after=1, why="not applied", applied=False),
        )
    )
    for format_ in report.FORMATS:
        text = " ".join(report.render(changed, format_).split())
        assert "“Binary cross-entropy” was set by a person, from 0 to 5 points: I looked" in text
        assert "Handed in late, from 100 to 90 points: 1 day late" in text
        assert "kim" not in text
        assert "not applied" not in text
    assert "kim" in report.render(changed, "html", audience="instructor")


def test_a_crashed_run_is_explained() -> None:
    """Limit, cell and what to do; no picture, said so; cells after it did not run."""
    text = checked(report.render(crashed(), "html")).text
    assert "The run was stopped in cell 14: it needed more memory" in text
    assert "a smaller batch needs less" in text
    assert "There is no picture" in text
    for format_ in report.FORMATS:
        assert "1 cell did not run" in report.render(crashed(), format_)


def test_what_was_shortened_is_said() -> None:
    """A shortened training is named with its cell, counted from 1, and costs nothing."""
    for format_ in report.FORMATS:
        text = " ".join(report.render(grade(), format_).split())
        assert "fit: 1 step instead of 15 epochs" in text
        assert "cell 25" in text


def test_what_was_adapted_is_said() -> None:
    """Old code that was understood as it was meant: named with its cell, and costs nothing."""
    old = run()
    cell = old.cells[-1].model_copy(update={"adapted": "`lr=` was read as `learning_rate=`"})
    shown = grade(run=old.model_copy(update={"cells": (*old.cells[:-1], cell)}))
    for format_ in report.FORMATS:
        text = " ".join(report.render(shown, format_).split())
        assert "lr= " in text.replace("`", " ")
        assert "which costs nothing" in text


def test_lessons_link_only_to_plain_https() -> None:
    """A lesson with any other address is shown by its title alone."""
    odd = [Link(title="ODD", url=url) for url in ("javascript:alert(1)", "http://e.example/", "x")]
    good = Link(title="GOOD", url="https://www.coursera.org/learn/x")
    links = verdicts({"loss": {"status": "failed", "points": 0, "lessons": (*odd, good)}})
    shown = checked(report.render(grade(verdicts=links), "html"))
    assert shown.text.count("ODD") == 3
    assert shown.links.count(good.url) == 1
    assert "[ODD]" not in report.render(grade(verdicts=links), "md")


def test_hidden_counts_are_not_for_students() -> None:
    """How many hidden images of each class there are is told to instructors only."""
    assert "hidden: 128 × horses" not in report.render(grade(), "txt")
    assert "hidden: 128 × horses" in report.render(grade(), "txt", audience="instructor")


@pytest.mark.parametrize("form", ["txt", "md", "html"])
def test_data_that_are_no_images_are_not_called_so(form: str) -> None:
    """Nor in titles, nor where an interval is described."""
    shown = grade()
    assert shown.measured is not None
    rows = shown.model_copy(
        update={"measured": shown.measured.model_copy(update={"examples": "examples"})}
    )
    for audience in ("student", "instructor"):
        text = report.render(rows, form, audience=audience).lower()
        assert "training and hidden examples" in text
        for words in ("training and hidden images", "hidden images were recognised"):
            assert words not in text


# ---------------------------------------------------------------- a criterion, laid out once

GROUP = page(mistakes()).then[0]


def like(group: Group, **changes: Any) -> Group:
    """An equal one of another student, with changes of it, of its card or of its verdict."""
    (card,) = group.cards
    outer, inner = (
        {n: v for n, v in changes.items() if n in names and n not in ("message", "hint", "lost")}
        for names in (vars(group), vars(card))
    )
    outer.pop("lessons", None)
    rest = {n: v for n, v in changes.items() if n not in outer and n not in inner}
    verdict = card.verdict.model_validate({**card.verdict.model_dump(), **rest})
    return dataclasses.replace(
        group, cards=(dataclasses.replace(card, verdict=verdict, **inner),), **outer
    )


def test_an_equal_card_is_the_same() -> None:
    other = like(GROUP)
    assert other == GROUP and other is not GROUP
    assert laid_out(other, "html") is laid_out(GROUP, "html")


@pytest.mark.parametrize("format_", report.FORMATS)
@pytest.mark.parametrize(
    "change",
    [
        {"anchor": "criterion-99"},
        {"word": "odd word"},
        {"points": "3 of 8 points, odd"},
        {"waits_for": ("odd one",)},
        {"lessons": (Link(title="odd lesson"),)},
        {"message": "odd <message>"},
        {"seen": "odd `seen`"},
        {"expected": "odd expectation"},
        {"why": "odd reason"},
        {"hint": "odd hint"},
        {"criterion": "x", "title": "odd title"},
        {"visibility": "instructor"},
        {"status": "error"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_differs_is_laid_out_anew(format_: Format, change: dict[str, Any]) -> None:
    """What one student reads never comes from another one's card that differs in a word."""
    changed = like(GROUP, **change)
    first = str(laid_out(GROUP, format_))
    told = str(laid_out(changed, format_))
    assert told == str(_laid_out.__wrapped__(changed, format_))
    if "anchor" not in change or format_ == "html":
        assert told != first


def test_a_long_text_is_not_kept() -> None:
    """It is a student's own."""
    long = like(GROUP, seen="x" * (LIMIT + 1))
    assert laid_out(long, "html") is not laid_out(like(long), "html")


@pytest.mark.parametrize("format_", report.FORMATS)
def test_a_students_words_stay_harmless(format_: Format) -> None:
    """Also the second time, when they come from what was kept."""
    sly = like(GROUP, seen="<script>alert(1)</script>\x1b[31m", message="![x](javascript:y)")
    for _ in range(2):
        told = laid_out(sly, format_)
        assert "\x1b" not in told
        assert "<script>" not in told or format_ == "txt"
        assert "![x](javascript" not in told or format_ != "md"


# ---------------------------------------------------------------- files and templates


def test_files_are_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure in the middle leaves the old report and no other file."""
    report.write_reports(grade(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"report.html", "report.md", "report.txt"}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        report.write_reports(mistakes(), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_instructors_page_comes_and_goes(tmp_path: Path) -> None:
    """It is written where there is something to add, and not left over from an older grade."""
    report.write_reports(opaque(), tmp_path)
    assert "SECRET-TITLE" in (tmp_path / report.INSTRUCTOR_PAGE).read_text()
    report.write_reports(grade(), tmp_path)
    assert not (tmp_path / report.INSTRUCTOR_PAGE).exists()


def test_a_template_that_names_nothing_fails() -> None:
    """A misspelt name in a template is an error, not an empty place."""
    made = environment("html")
    with pytest.raises(UndefinedError):
        made.from_string("{{ nothing }}").render()
    assert made.from_string("{{ x }}").render(x="<b>\x1b[0m") == "&lt;b&gt;"


def test_points_are_plain_numbers() -> None:
    """No needless zeros, two decimals at most."""
    uneven = verdicts({"loss": {"points": 3.3333, "status": "partial"}})
    assert "3.33 of 5 points" in report.render(grade(verdicts=uneven), "txt")
