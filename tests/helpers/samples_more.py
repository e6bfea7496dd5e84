"""The other five: many mistakes, held, crashed, opaque, hostile – and a class of them."""

from __future__ import annotations

from typing import Any

from samples_report import FREEZING, diagram, grade, measured, run, verdicts

from grader.records import (
    Adjustment,
    Assets,
    Cause,
    CellRun,
    Diagram,
    Grade,
    Link,
    Misconception,
    Submission,
)

HOSTILE = (
    "</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x9b2J\x00\x07\x08"
    "\u202egnp.exe\u2066 [click](javascript:alert(1)) ![x](http://evil.example/x.png)"
    ' ``` `` ` `code` <!-- --> {{ 7*7 }} {% raw %} ${7*7} =HYPERLINK("http://evil.example")'
    " http://evil.example www.evil.example @everyone #12 | a | b | <http://evil.example> &lt;"
    "\r\n# heading\n- dash\n> quote \ud800 \ufffe \U000e0041 z\u0300\u0301\u0302\u0303\u0304\u0305"
)


MISTAKES: dict[str, dict[str, Any]] = {
    "frozen": {
        "status": "failed", "points": 0,
        "message": "Training changes the pretrained network: all of its layers are trainable "
        "in the model that `create_final_model` returned.",
        "seen": "21,768,352 trainable parameters below the cut",
        "expected": "0 trainable parameters below the cut",
        "hint": "Look at what your loop assigns to. Does the layer have an attribute of "
        "exactly that name? `layer.trainble = False` makes a new one without a word.",
        "where": ("stem", *[f"mixed{at}" for at in range(8)]),
        "misconceptions": ("freezing-does-nothing",), "cause": "freezing-does-nothing",
    },
    "dropout": {
        "status": "failed", "points": 0,
        "message": "There is no Dropout on the way from the wide Dense layer to the output.",
        "seen": "`dense` feeds `dense_1` directly", "expected": "Dropout with rate 0.2 between",
        "hint": "`layers.Dropout` is called on a tensor and gives one back, like any layer.",
        "where": ("dense", "dense_1"), "cause": "criterion dropout",
    },
    "directories": {
        "status": "partial", "points": 3,
        "message": "The training data come from the right folder, the validation data do not.",
        "seen": "both data sets list the 1027 training images",
        "expected": "the validation data set lists the images of `VALIDATION_DIR`",
        "hint": "Compare the first arguments of your two calls.",
        "misconceptions": ("validation-is-training",), "cause": "validation-is-training",
    },
    "runs": {
        "status": "failed", "message": "A cell raised an error; the others still ran.",
        "cause": "error histroy",
    },
    "accuracy": {
        "status": "skipped", "points": 0, "blocked_by": ("frozen",),
        "cause": "freezing-does-nothing",
        "message": "We measure this once the base is frozen: before, the number says little.",
    },
}  # fmt: skip
IDEAS = (
    Misconception(
        id="freezing-does-nothing",
        title="Freezing that does nothing",
        next_step="Print `len(model.trainable_weights)` before and after your loop.",
        lesson=FREEZING,
    ),
    Misconception(
        id="validation-is-training",
        title="Validation from the training folder",
        next_step="Print how many files each data set found: 1027 and 256.",
    ),
)
CAUSES = (
    Cause(id="freezing-does-nothing", title="Freezing that does nothing"),
    Cause(id="criterion dropout", title=MISTAKES["dropout"]["message"]),
    Cause(id="validation-is-training", title="Validation from the training folder"),
    Cause(id="error histroy", title="NameError: name 'histroy' is not defined"),
)


def mistakes() -> Grade:
    """A base that trains, no Dropout, a criterion that waits, a cell that raised."""
    cells = [*run().cells, CellRun(
        index=26, status="error", seconds=0.02, error="NameError: name 'histroy' is not defined"
    )]  # fmt: skip
    return grade(
        "many-mistakes",
        verdicts=verdicts(MISTAKES),
        first_to_fix="frozen",
        causes=CAUSES,
        diagram=diagram(frozen=False, dropout=""),
        run=run(status="student_error", cells=tuple(cells)),
        misconceptions=IDEAS,
        measured=measured(249, interval=(0.944, 0.987)),
        adjustments=(
            Adjustment(kind="comment", why="You are nearly there, come to office hours!", by="ta"),
        ),
    )


def held() -> Grade:
    """One of our checks did not come to an end."""
    error = {
        "status": "error", "points": 0, "message": "We could not decide this one ourselves."
    }  # fmt: skip
    return grade(
        "held",
        verdicts=verdicts({"frozen": error}),
        held=True,
        held_because="check frozen_base raised KeyError('mixed7') in checks.py",
    )


def crashed() -> Grade:
    """Killed for its memory before there was a model."""
    missing = {
        "status": "failed", "points": 0, "message": "`create_final_model` was not reached.",
        "cause": "run",
    }  # fmt: skip
    names = ("frozen", "cut", "functional", "head", "dropout", "output", "loss", "metric")
    cells = (*run().cells[:6], CellRun(index=13, status="killed", seconds=41.0),
             CellRun(index=15, status="not_run"))  # fmt: skip
    return grade(
        "crashed",
        verdicts=verdicts({name: missing for name in (*names, "accuracy", "runs")}),
        first_to_fix="frozen",
        causes=(Cause(id="run", title="It was stopped because it needed too much memory"),),
        diagram=None,
        measured=measured(0, status="not_measurable", trainings=(), interval=None,
                          message="There is no model to measure."),
        run=run(status="out_of_memory", limit="memory_mb", cell=13, cells=cells, exit_code=None,
                message="Cell 14 used more than 6 GB: a smaller batch needs less."),
    )  # fmt: skip


def opaque() -> Grade:
    """A subclassed model: nothing to draw, one criterion for the instructor only."""
    blind = {
        "status": "failed", "points": 0, "message": "We cannot see the layers of a class.",
        "cause": "function create_final_model",
    }  # fmt: skip
    secret = {
        "status": "failed", "points": 0, "visibility": "instructor",
        "message": "SECRET-MESSAGE", "title": "SECRET-TITLE", "misconceptions": ("secret",),
        "cause": "secret",
    }  # fmt: skip
    return grade(
        "opaque",
        verdicts=verdicts({"functional": blind, "head": blind, "metric": secret}),
        first_to_fix="metric",
        causes=(
            Cause(id="secret", title="SECRET-IDEA"),
            Cause(id="function create_final_model", title="The layers of the model are hidden"),
        ),
        diagram=None,
        misconceptions=(Misconception(id="secret", title="SECRET-IDEA", next_step="SECRET-STEP"),),
    )


def hostile(text: str = HOSTILE) -> Grade:
    """`text` in every field that student code can write to, and in some that it cannot."""
    bad = {
        "status": "failed", "points": 0, "message": text, "seen": text, "expected": text,
        "why": text, "hint": text, "title": text, "where": ("dense", text),
        "blocked_by": (text,), "misconceptions": (text,), "cause": text,
        "lessons": (Link(title=text, url="javascript:alert(1)"), Link(title=text, url=text)),
    }  # fmt: skip
    cell = CellRun(index=0, status="error", error=text, shortened=text)
    start = grade()
    return grade(
        "hostile",
        title=text,
        submission=Submission(
            id=text, file_name=text, sha256=text, size_bytes=1, revision=text, notes=(text,)
        ),
        verdicts=verdicts({"head": bad, "loss": bad}),
        first_to_fix="head",
        causes=(Cause(id=text, title=text, next_step=text),),
        objectives={"functional": text},
        misconceptions=(
            Misconception(id=text, title=text, next_step=text, lesson=Link(title=text, url=text)),
        ),
        run=run(status="student_error", message=text, cells=(cell,)),
        diagram=_hostile_diagram(text),
        measured=measured(0, status="not_measurable", message=text),
        provenance=start.provenance.model_copy(
            update={"versions": {text: text}, "notes": (text,), "tier": text, "hidden": text,
                    "assets": Assets(kind="stand-in", scale=text, sha256=text)}
        ),
        graded_at=text,
        adjustments=(
            Adjustment(kind="comment", why=text),
            Adjustment(kind="override", criterion="head", before=0, after=1, why=text, by=text),
        ),
    )  # fmt: skip


def _hostile_diagram(text: str) -> Diagram:
    plain = diagram()
    blocks = [
        block.model_copy(update={"title": text, "detail": text, "kind": text})
        if block.part != "base"
        else block
        for block in plain.blocks
    ]
    return plain.model_copy(
        update={"blocks": tuple(blocks), "loss": text, "optimizer": text, "metrics": (text,)}
    )


def samples() -> dict[str, Grade]:
    """All six by name."""
    return {
        "perfect": grade(), "mistakes": mistakes(), "held": held(), "crashed": crashed(),
        "opaque": opaque(), "hostile": hostile(),
    }  # fmt: skip
