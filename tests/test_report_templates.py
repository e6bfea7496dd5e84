"""What a template may reach: data, and nothing through which code is reached."""

from __future__ import annotations

import pytest
from jinja2.exceptions import SecurityError

from grader.report_templates import environment


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
    """The second time too, when it is known which attributes of a class may be read."""

    class Holder:
        kept = "{0.__class__}".format

    made = environment("html").from_string(template)
    for _ in range(2):
        with pytest.raises(SecurityError):
            made.render(text="words", listed=[], holder=Holder())
