"""One cause is told once: on every page, in every table; and counted for the class."""

from __future__ import annotations

from typing import Any

import pytest
from evidence_samples import assignment
from samples import sample_grades
from samples_more import crashed, mistakes, opaque
from samples_report import grade, verdicts

from grader.judge.decisions.apply import Override, apply
from grader.platforms.container import coursera, github, gradescope, prairielearn
from grader.platforms.lti import score_of
from grader.platforms.moodle import page as short_page
from grader.records import Cause, Grade
from grader.report.causes import fallen, told_once
from grader.report.class_page import causes_of
from grader.report.page import page
from grader.report.write import FORMATS, render
from grader.selfcheck.display import Shown
from grader.selfcheck.judged import SelfCheck

ERROR = "TypeError: 'NoneType' object is not callable"


@pytest.fixture(scope="module")
def unfinished() -> Grade:
    """`create_final_model` raised: eight criteria fell by it, with 46 points."""
    return sample_grades()["unfinished"]


def test_every_rendering_tells_it_once(unfinished: Grade) -> None:
    """The error's words stand once in each, wherever a criterion is a row or not."""
    everything = coursera.Part(criteria=tuple(v.criterion for v in unfinished.verdicts))
    scoped = coursera.feedback(unfinished, everything)
    assert scoped is not None
    rows = short_page.rows(unfinished)
    shown = {
        **{f"report.{format_}": render(unfinished, format_) for format_ in FORMATS},
        "gradescope": str(gradescope.results(unfinished, {})["tests"]),
        "prairielearn": str(prairielearn.results(unfinished)["tests"]),
        "coursera": scoped[1],
        "annotations": github.notices(unfinished, "x.ipynb"),
        "github": str(github.result(unfinished)["tests"]),
        "canvas": short_page.comment(unfinished),
        "moodle": short_page.page(unfinished, rows, "total"),
        "a notebook's cell": repr(Shown(SelfCheck(grade=unfinished), 1.0)),
    }
    for name, text in shown.items():
        plain = " ".join(text.replace("&#x27;", "'").replace("&#39;", "'").split())
        assert plain.count("object is not callable") == 1, name
    assert "(46 points hang on it)" in score_of(unfinished, "u", 100)["comment"]


def test_what_does_not_help_is_not_shown(unfinished: Grade) -> None:
    """No hint of a criterion stands where its function raised."""
    own = [c.hint for c in assignment().criteria if c.id in ("dropout", "dense-head", "loss")]
    for format_ in FORMATS:
        text = " ".join(render(unfinished, format_).split())
        assert not any(hint[:40] in text for hint in own)
        assert "begin with the last line of the error" in text


def test_what_most_points_hang_on_stands_first(unfinished: Grade) -> None:
    shown = page(unfinished)
    assert shown.first and shown.first.lost == "46 points hang on it"
    assert [len(group.cards) for group in shown.then] == [3, 1]
    assert "\n#### ✗ Dropout of 0.2 before the output" in render(unfinished, "md")
    told = [card.verdict.criterion for group in (shown.first, *shown.then) for card in group.cards]
    told += [card.verdict.criterion for group in shown.rest for card in group.cards]
    assert sorted(told) == sorted(verdict.criterion for verdict in unfinished.verdicts)


def test_a_row_points_to_the_first_of_its_cause() -> None:
    rows = {verdict.criterion: verdict for verdict in told_once(crashed().verdicts)}
    assert rows["runs"].message == "`create_final_model` was not reached."
    assert rows["cut"].message == "Same cause as “The notebook runs from top to bottom”."
    assert not rows["cut"].hint and not rows["cut"].lessons


def test_what_a_row_says_besides_is_kept() -> None:
    """Another sentence of the same cause is not lost."""
    first, second = (
        {"status": "failed", "points": 0, "cause": "x", "message": words}
        for words in ("The network is not frozen.", "Inside the model it is not. Look there.")
    )
    rows = told_once(verdicts({"frozen": first, "head": second}))
    (shown,) = (row for row in rows if row.criterion == "head")
    assert shown.message == (
        "Inside the model it is not. Same cause as “Every layer of the base is frozen”."
    )


def test_an_error_that_a_cell_and_a_function_raised_is_told_once() -> None:
    """In whichever order the two stand."""
    cell = {
        "status": "failed", "cause": "x", "message": "4 of 18 code cells did not run.",
        "seen": f"Cell 23: {ERROR}",
    }  # fmt: skip
    raised = {
        "status": "failed", "points": 0, "cause": "x",
        "message": f"`create_final_model` stopped with an error: {ERROR}",
    }  # fmt: skip
    both = verdicts({"runs": cell, "head": raised, "loss": raised})
    rows = {verdict.criterion: verdict for verdict in told_once(both)}
    runs = "Same cause as “The notebook runs from top to bottom”."
    assert rows["runs"].seen == f"Cell 23: {ERROR}"
    assert rows["head"].message == f"`create_final_model` stopped with an error. {runs}"
    shown = grade(verdicts=both, causes=(Cause(id="x", title="`create_final_model` stopped"),))
    assert " ".join(render(shown, "md").split()).count("object is not callable") == 1


def test_below_a_cause_nobody_says_just_that() -> None:
    """The heading of the group has said it."""
    words = ("Nothing is compiled, so no loss reads the answers.", "Nothing is compiled.")
    fell = [{"status": "failed", "points": 0, "cause": "x", "message": said} for said in words]
    both = verdicts(dict(zip(("output", "loss"), fell, strict=True)))
    shown = grade(verdicts=both, causes=(Cause(id="x", title="Nothing is compiled"),))
    assert " ".join(render(shown, "md").split()).count("Nothing is compiled") == 2


def test_a_hidden_criterion_is_no_cause_that_students_read() -> None:
    """What fell by it says so without a name, in rows and in groups, points of it not counted."""
    hidden = {
        "status": "failed", "points": 0, "visibility": "instructor", "cause": "x",
        "title": "SECRET-TITLE", "message": "SECRET-MESSAGE",
    }  # fmt: skip
    waits: dict[str, Any] = {
        "status": "skipped", "points": 0, "blocked_by": ("loss",), "cause": "x",
        "message": "Not looked at: it builds on “SECRET-TITLE”.",
    }  # fmt: skip
    made = grade(
        verdicts=verdicts({"loss": hidden, "metric": waits, "output": waits}),
        causes=(Cause(id="x", title="SECRET-CAUSE", next_step="SECRET-STEP"),),
    )
    visible = [verdict for verdict in made.verdicts if verdict.visibility == "visible"]
    (cause,) = fallen(made, visible)
    assert cause.lost == 7
    texts = [render(made, format_) for format_ in FORMATS]
    texts += [str(gradescope.results(made, {})), short_page.comment(made)]
    texts += [github.notices(made, "x")]
    assert not any("SECRET" in text for text in texts)


def test_what_a_person_gave_points_for_is_no_cause_any_more() -> None:
    """The next one comes first then."""
    given = [
        Override(kind="override", submission="many-mistakes", criterion=name, points=points)
        for name, points in (("frozen", 12), ("accuracy", 10))
    ]
    first = page(apply(mistakes(), given)).first
    assert first and first.cards[0].verdict.criterion == "dropout"


def test_an_older_grade_without_causes_is_shown_whole() -> None:
    """Each criterion by itself, the one to fix first on top."""
    old = crashed().model_copy(update={"causes": ()})
    old = old.model_copy(
        update={"verdicts": tuple(v.model_copy(update={"cause": ""}) for v in old.verdicts)}
    )
    shown = page(old)
    assert shown.first and shown.first.cards[0].verdict.criterion == "frozen"
    assert len(shown.then) == 9 and not shown.then[0].title


def test_a_class_counts_causes() -> None:
    """How many fell by each and the points that it took; what is held or cost nothing is none."""
    away = mistakes().model_copy(update={"held": True})
    rows = causes_of([mistakes(), mistakes(), crashed(), opaque(), away])
    assert [(row["title"], row["count"], row["lost"]) for row in rows][:2] == [
        ("It was stopped because it needed too much memory", 1, "66"),
        ("Freezing that does nothing", 2, "44"),
    ]
    assert all(row["lost"] != "0" for row in rows)
