"""All values of one report for the templates: the page, the pictures, the run, the provenance."""

from typing import Any

from grader.records import ANOTHER_NOTEBOOK, UNREADABLE, Curve, Grade, Measured
from grader.report.page import Page
from grader.report.pictures import (
    curve as picture_curve,
    model as picture_model,
)
from grader.report.words import TIER_WORDS, plural, run_sentence, training_words

MAX_CELLS = 300
MAX_EPOCHS = 200
MAX_NOTES = 20
CURVES = ("accuracy", "val_accuracy", "loss", "val_loss")
CURVE_WORDS = ("accuracy", "validation accuracy", "loss", "validation loss")


def facts(page: Page) -> dict[str, Any]:
    """Everything that `report.*.j2` may name."""
    grade = page.grade
    return {
        "page": page,
        "grade": grade,
        "pictures": pictures(page),
        "measured": measured_facts(grade.measured),
        "run": run_facts(grade, page.audience),
        "provenance": provenance(grade, page.audience),
    }


def pictures(page: Page) -> dict[str, Any]:
    """Each picture as SVG, "" where there is nothing to draw."""
    grade = page.grade
    curve = _curve(grade.measured)
    return {
        "accuracy": picture_curve.chart(curve.accuracy, curve.val_accuracy, what="Accuracy"),
        "loss": picture_curve.chart(curve.loss, curve.val_loss, what="Loss", top=None),
        **_model(page),
    }


def _model(page: Page) -> dict[str, Any]:
    diagram = page.grade.diagram
    if diagram is None or not diagram.blocks:
        return {"model": "", "told": ()}
    notes: dict[str, tuple[int, ...]] = {}
    for number, card in enumerate(page.differences, start=1):
        for layer in card.verdict.where:
            notes[layer] = (*notes.get(layer, ()), number)
    rows = picture_model.rows(diagram, notes)
    described = (
        f"{plural(len(rows), 'box', 'boxes')} from the input down to the output; "
        "the same in words stands beside the picture"
    )
    drawn = picture_model.model(rows, picture_model.edges(diagram, rows), described=described)
    return {"model": drawn, "told": picture_model.told(rows)}


def _curve(measured: Measured | None) -> Curve:
    """The first training's curve: further ones only narrow the interval."""
    return measured.trainings[0].curve if measured and measured.trainings else Curve()


def _pooled(measured: Measured) -> tuple[int, int]:
    trainings = measured.trainings
    return sum(t.correct for t in trainings), sum(t.total for t in trainings)


def measured_facts(measured: Measured | None) -> dict[str, Any] | None:
    """What was measured, in words and as a table; None when nothing was."""
    if measured is None:
        return None
    correct, total = _pooled(measured)
    # When it failed the fault is ours, and its message speaks of our machine.
    message = "" if measured.status == "failed" else measured.message
    curve = _curve(measured)
    columns = [(word, getattr(curve, name)) for name, word in zip(CURVES, CURVE_WORDS, strict=True)]
    columns = [(word, values[:MAX_EPOCHS]) for word, values in columns if values]
    longest = max((len(values) for _, values in columns), default=0)
    words = {
        "ok": training_words(measured.mode),
        "not_measurable": "Your model could not be trained and measured by the grader.",
        "not_rebuilt": "The grader cannot rebuild your model; a person looks at it.",
        "failed": "Training and measuring did not come to an end on our side.",
    }
    return {
        "words": words[measured.status],
        "examples": measured.examples,
        "message": message,
        "share_words": _share_words(measured),
        "interval": (correct / total, *measured.interval) if measured.interval and total else (),
        "columns": [word for word, _ in columns],
        "rows": [
            [f"{values[at]:.4f}" if at < len(values) else "" for _, values in columns]
            for at in range(longest)
        ],
    }


def _share_words(measured: Measured) -> str:
    correct, total = _pooled(measured)
    if total <= 0:
        return ""
    words = (
        f"{correct:,} of {total:,} hidden {measured.examples} recognised ({correct / total:.1%})"
    )
    if len(measured.trainings) > 1:
        words += f", over {len(measured.trainings)} trainings with different seeds"
    if measured.interval is not None:
        low, high = measured.interval
        words += f"; allowing for chance, between {low:.1%} and {high:.1%}"
    return f"{words}."


def run_facts(grade: Grade, audience: str) -> dict[str, Any]:
    """How the run ended, cell by cell. Words about a fault of ours are for instructors only."""
    run = grade.run
    ours = run.party == "ours" and audience == "student"
    not_run = run.limit in (ANOTHER_NOTEBOOK, UNREADABLE)  # the reason on top says why
    cells = run.cells[:MAX_CELLS]
    left = sum(cell.status == "not_run" for cell in run.cells)
    return {
        "sentence": run_sentence(run),
        "message": "" if ours or not_run else run.message,
        "notes": () if not_run else grade.submission.notes[:MAX_NOTES],
        "cells": cells,
        "more_cells": len(run.cells) - len(cells),
        "shortened": [cell for cell in cells if cell.shortened],
        "adapted": [cell for cell in cells if cell.adapted],
        "odd": [cell for cell in cells if cell.status not in {"ok", "not_run"}],
        "not_run": plural(left, "cell", "cells") if left else "",
    }


def provenance(grade: Grade, audience: str) -> list[tuple[str, str]]:
    """What was graded with what: name and value, in reading order."""
    origin, run = grade.provenance, grade.run
    counts = "; ".join(
        f"{split}: " + ", ".join(f"{count} × {name}" for name, count in classes.items())
        for split, classes in origin.assets.counts.items()
        if audience == "instructor" or split != "hidden"
    )
    data = "images" if grade.measured is None else grade.measured.examples
    lines = [
        ("Notebook (sha256)", grade.submission.sha256),
        ("Revision of the assignment", grade.submission.revision),
        ("Assignment (sha256)", origin.assignment_sha256),
        ("Grader", origin.grader),
        *origin.versions.items(),
        ("Seed", "" if origin.seed is None else str(origin.seed)),
        ("Training", origin.training),
        ("Data and weights", f"{origin.assets.kind}, {origin.assets.scale}"),
        (data.capitalize(), counts),
        ("Data and weights (sha256)", origin.assets.sha256),
        (f"Hidden {data}", origin.hidden),
        ("Sandbox", " – ".join(filter(None, (origin.tier, TIER_WORDS.get(origin.tier, ""))))),
        ("Weaker than the strongest sandbox", "; ".join(run.tier_lacks)),
        ("Training key", origin.measured_key),
        ("Time", f"{run.seconds:.0f} s, computing {run.cpu_seconds:.0f} s"),
        ("Memory", f"{run.memory_mb:,.0f} MB at most"),
        ("Same run as", run.reused_from),
    ]  # fmt: skip
    return [(name, value) for name, value in lines if value] + [
        ("Note", note) for note in origin.notes
    ]
