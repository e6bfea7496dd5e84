"""Reports of a grade in which every text is hostile: they show it and do nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt
from reading_report import checked
from samples_more import HOSTILE, hostile
from samples_report import grade, run

from grader.records import CellRun, Grade, Link
from grader.report import write as report
from grader.report.templates import Format, link_filter

CALM = settings(deadline=None, max_examples=20)


@pytest.mark.slow
@given(st.text(max_size=40))
@CALM
def test_no_text_changes_the_page(text: str) -> None:
    """Whatever stands in the fields that a student can write to, the elements stay the same."""
    usual = [tag for tag, _ in checked(report.render(hostile("plain"), "html")).tags]
    # What is empty is left out, what stands between backticks is code: both are meant.
    text = f"x{text.replace('`', '')}"
    assert [tag for tag, _ in checked(report.render(hostile(text), "html")).tags] == usual


def test_a_template_in_a_text_is_text() -> None:
    """Jinja syntax of a student is shown, not worked out."""
    for format_ in report.FORMATS:
        text = report.render(hostile("{{ 7*7 }}{% if 1 %}"), format_).replace("\\", "")
        assert "{{ 7*7 }}{% if 1 %}" in text
        assert "49" not in re.sub(r"[\d,]{3,}", "", text)


@pytest.mark.parametrize("text", [HOSTILE, "`", "``` x", "*", "\n# x", "<b>", "|"])
def test_markdown_of_a_hostile_grade_is_harmless(text: str) -> None:
    """No HTML, no image; blocks and links are those of a harmless one."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def kinds(made: Grade) -> tuple[list[str], list[object]]:
        blocks = renderer.parse(report.render(made, "md"))
        inner = [child for block in blocks for child in block.children or []]
        assert not {"html_inline", "image", "s_open", "em_open"} & {one.type for one in inner}
        links = [one.attrGet("href") for one in inner if one.type == "link_open"]
        return [block.type for block in blocks], links

    assert kinds(hostile(text)) == kinds(hostile("plain"))


@pytest.mark.parametrize("format_", report.FORMATS)
@pytest.mark.parametrize("audience", ["student", "instructor"])
def test_nothing_acts_in_a_terminal(format_: Format, audience: Any) -> None:
    """No control character but line ends, no override, no hidden character, in any report."""
    text = report.render(hostile(), format_, audience=audience)
    text.encode()
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text
    )


def test_a_markdown_link_ends_where_it_should() -> None:
    """Its title cannot close it, its address cannot leave it, and is https or not there."""
    assert link_filter(Link(title="a](http://e.example", url="https://e.example/(x)")) == (
        "[a\\](http:&#8203;//e.example](https://e.example/%28x%29)"
    )
    assert link_filter(Link(title="t", url="javascript:alert(1)")) == "t"


def test_endless_texts_are_cut() -> None:
    """A megabyte in every field does not make a page of megabytes."""
    for format_ in report.FORMATS:
        assert len(report.render(hostile("<&" * 500_000), format_)) < 300_000


def test_many_cells_are_cut() -> None:
    """A notebook with thousands of cells has a report that opens."""
    cells = tuple(CellRun(index=at, status="ok") for at in range(5000))
    text = report.render(grade(run=run(cells=cells)), "html")
    assert "and 4700 more cells" in text
    assert len(text) < 300_000
