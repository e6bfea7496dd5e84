"""What old code was taken to mean stands in every report."""

from __future__ import annotations

from samples_report import grade, run

from grader.report import write as report


def test_what_was_adapted_is_said() -> None:
    """Old code that was understood as it was meant: named with its cell, and costs nothing."""
    old = run()
    cell = old.cells[-1].model_copy(update={"adapted": "`lr=` was read as `learning_rate=`"})
    shown = grade(run=old.model_copy(update={"cells": (*old.cells[:-1], cell)}))
    for format_ in report.FORMATS:
        text = " ".join(report.render(shown, format_).split())
        assert "lr= " in text.replace("`", " ")
        assert "which costs nothing" in text
