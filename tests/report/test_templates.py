"""What a template may reach: data, and nothing through which code is reached; what it leaves."""

from __future__ import annotations

import gc
from typing import get_args

import pytest
from jinja2.exceptions import SecurityError
from samples_more import mistakes

from grader.report.templates import Format, environment
from grader.report.write import render, render_batch


@pytest.mark.parametrize(
    "template",
    [
        "{{ text.__class__ }}",
        "{{ listed.append(1) }}",
        "{{ '{0.__class__}'.format(text) }}",
        "{{ holder.kept(text) }}",
    ],
)
def test_templates_reach_nothing_but_data(template: str) -> None:
    """No class, no method that changes what it is called on, no format string that reaches in."""

    class Holder:
        kept = "{0.__class__}".format

    made = environment("html").from_string(template)
    with pytest.raises(SecurityError):
        made.render(text="words", listed=[], holder=Holder())


@pytest.mark.slow
def test_a_report_leaves_no_garbage() -> None:
    """A macro that names a value of its page, and is not handed it, holds the page until the
    collector comes, which a grader of a thousand calls seldom."""

    def all_reports() -> None:
        for format_ in get_args(Format):
            render(mistakes(), format_)
        render_batch([mistakes()], "Class")

    def garbage() -> int:
        gc.collect()
        all_reports()
        return gc.collect()

    all_reports()
    gc.disable()
    try:  # what other tests left may come in between once; a page that is held always does
        assert 0 in [garbage() for _ in range(3)]
    finally:
        gc.enable()
