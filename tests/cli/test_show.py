"""The table of a class, on a terminal of whatever width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from samples import sample_grades

from grader.cli import show

LONG = "a-validation-from-training-and-more"


@pytest.mark.slow
@pytest.mark.parametrize("width", (48, 60, 72, 75, 80, 100, 120))
@pytest.mark.parametrize("submission", ["ada", LONG], ids=["short", "long"])
def test_no_letter_of_the_class_is_lost(
    width: int, submission: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles fold at spaces, ids that are too long anywhere; nothing is cut off."""
    grade = sample_grades()["unfrozen"]
    title = next(v.title for v in grade.verdicts if v.criterion == grade.first_to_fix)
    named = grade.submission.model_copy(update={"id": submission})
    said = io.StringIO()
    monkeypatch.setattr(show, "console", Console(width=width, file=said))
    show.console.print(show.class_table([grade.model_copy(update={"submission": named})], "Class"))
    _, head, _, *rows = said.getvalue().splitlines()
    last = head.index("first to fix")
    assert " ".join(" ".join(row[last:] for row in rows).split()) == title
    assert "".join(row[: head.index("points")].strip() for row in rows).startswith(submission)
