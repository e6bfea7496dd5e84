"""The table of a class, on a terminal of whatever width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from samples import sample_grades

from grader.cli import show


def test_a_grade_without_verdicts_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody set the total of a file that is no notebook."""
    grade = sample_grades()["unfrozen"].model_copy(update={"verdicts": (), "points": 50})
    said = io.StringIO()
    monkeypatch.setattr(show, "console", Console(width=80, file=said))
    show.print_grades([grade])
    assert said.getvalue() == f"{grade.submission.id}: 50 of {grade.max_points:g}\n"


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
