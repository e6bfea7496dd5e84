"""Grades to render: what the judge would hand over for six kinds of submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.records import (
    Assets,
    Block,
    CellRun,
    Curve,
    Diagram,
    Grade,
    Link,
    Measured,
    Provenance,
    Run,
    Submission,
    Training,
    Verdict,
)

COURSE = "https://www.coursera.org/learn/convolutional-neural-networks-tensorflow"
FREEZING = Link(
    title="Coding transfer learning from the inception model",
    url=f"{COURSE}/lecture/QaiFL/coding-transfer-learning-from-the-inception-model",
)
DROPOUT = Link(title="Using dropout!", url=f"{COURSE}/supplement/GtDVB/using-dropout")
DNN = Link(title="Adding your DNN", url=f"{COURSE}/supplement/O4Ol1/adding-your-dnn")
OBJECTIVES = {
    "data": "Feed images from directories in batches",
    "transfer": "Use convolutions learned by another model",
    "freeze": "Freeze layers of an existing model",
    "functional": "Build a model with the functional API",
    "dropout": "Use dropout to avoid overfitting",
}
# id, title, points, objective
CRITERIA = (
    ("runs", "The notebook runs from top to bottom", 0, ""),
    ("directories", "Training and validation data from the right folders", 6, "data"),
    ("batch", "Batches of 32", 3, "data"),
    ("size", "Images of 150 × 150", 3, "data"),
    ("labels", "Labels fit the classes", 4, "data"),
    ("base", "InceptionV3 without its top", 6, "transfer"),
    ("weights", "The pretrained weights are loaded", 12, "transfer"),
    ("frozen", "Every layer of the base is frozen", 12, "freeze"),
    ("cut", "Cut at mixed7", 10, "transfer"),
    ("functional", "A functional model from the base’s input", 6, "functional"),
    ("head", "Flatten, then Dense with 1024 units and ReLU", 6, "functional"),
    ("dropout", "Dropout of 0.2 before the output", 10, "dropout"),
    ("output", "One sigmoid unit", 5, "functional"),
    ("loss", "Binary cross-entropy", 5, "functional"),
    ("metric", "Accuracy as a metric", 2, "functional"),
    ("accuracy", "Recognises hidden images", 10, "transfer"),
)
WHY = {
    "frozen": "A frozen base keeps what it learned from a million photographs. If training may "
    "change it, a thousand pictures are enough to spoil it.",
    "dropout": "Dense layers learn small data sets by heart. Dropout switches units off at random "
    "while training, so that no single one can.",
}
LESSONS = {"frozen": (FREEZING,), "dropout": (DROPOUT,), "head": (DNN,), "cut": (FREEZING,)}
SIZES = {0: 256, 1: 288, 2: 288, 8: 1280, 9: 2048, 10: 2048}


def diagram(*, frozen: bool = True, dropout: str = "rate 0.2", head: bool = True) -> Diagram:
    """The model of the assignment: the base in blocks, mixed8–10 built but not used, the head."""
    state: Any = "frozen" if frozen else "trainable"
    blocks = [_block("input", (None, 150, 150, 3), part="input", kind="InputLayer")]
    names = ["stem", *[f"mixed{at}" for at in range(11)]]
    before = "input"
    for at, name in enumerate(names, start=-1):
        side = 16 if at < 3 else 7 if at < 8 else 3
        blocks.append(
            _block(
                name,
                (None, side, side, SIZES.get(at, 768) if at >= 0 else 192),
                part="base",
                kind="block",
                state=state,
                parameters=897_526,
                inputs=(before,),
                used=at <= 7,
            )
        )
        before = name
    if head:
        blocks += _head(dropout)
    return Diagram(
        blocks=tuple(blocks),
        parameters=47_512_481,
        trainable_parameters=38_537_217 if frozen else 47_493_665,
        loss="binary_crossentropy",
        optimizer="rmsprop, learning rate 1e-05",
        metrics=("accuracy",),
    )


def _head(dropout: str) -> list[Block]:
    blocks = [
        _block("flatten", (None, 37_632), kind="Flatten", inputs=("mixed7",)),
        _block(
            "dense",
            (None, 1024),
            kind="Dense",
            state="trainable",
            parameters=38_536_192,
            detail="1024 units, relu",
            inputs=("flatten",),
        ),
    ]
    if dropout:
        blocks.append(
            _block("dropout", (None, 1024), kind="Dropout", detail=dropout,
                   inputs=("dense",))
        )  # fmt: skip
    blocks.append(
        _block(
            "dense_1",
            (None, 1),
            kind="Dense",
            state="trainable",
            parameters=1025,
            detail="1 unit, sigmoid",
            inputs=("dropout" if dropout else "dense",),
        )
    )
    return blocks


def _block(name: str, shape: tuple[int | None, ...], **given: Any) -> Block:
    """A box named like its one layer; trainable where that is its state."""
    trained = given.get("parameters", 0) if given.get("state") == "trainable" else 0
    usual = {"part": "head", "state": "none", "title": name, "layers": (name,)}
    return Block(**{**usual, **given}, id=name, output_shape=shape, trainable_parameters=trained)


def verdicts(changes: Mapping[str, dict[str, Any]] | None = None) -> tuple[Verdict, ...]:
    """All criteria passed, but for what `changes` says of some."""
    made = []
    for name, title, points, objective in CRITERIA:
        given: dict[str, Any] = {
            "criterion": name, "title": title, "status": "passed", "points": points,
            "max_points": points, "message": "As asked.", "objective": objective,
            "why": WHY.get(name, ""),
            "lessons": LESSONS.get(name, ()) if name in (changes or {}) else (),
        }  # fmt: skip
        made.append(Verdict(**{**given, **(changes or {}).get(name, {})}))
    return tuple(made)


def run(**changes: Any) -> Run:
    """A notebook that ran, its training shortened."""
    cells = [CellRun(index=at, status="ok", seconds=0.1 * at) for at in range(1, 22, 2)]
    cells.append(
        CellRun(index=24, status="ok", seconds=4.2, shortened="fit: 1 step instead of 15 epochs")
    )
    given: dict[str, Any] = {
        "status": "finished", "seconds": 31.4, "cpu_seconds": 44.0, "memory_mb": 2210.0,
        "exit_code": 0, "tier": "bubblewrap", "cells": tuple(cells),
    }  # fmt: skip
    return Run(**{**given, **changes})


def measured(correct: int = 254, **changes: Any) -> Measured:
    """Five epochs by the recipe and 256 hidden images."""
    curve = Curve(
        accuracy=(0.871, 0.958, 0.979, 0.985, 0.991),
        loss=(0.412, 0.121, 0.068, 0.047, 0.031),
        val_accuracy=(0.945, 0.961, 0.969, 0.973, 0.977),
        val_loss=(0.152, 0.109, 0.088, 0.08, 0.074),
    )
    given: dict[str, Any] = {
        "status": "ok", "trainings": (Training(seed=7, correct=correct, total=256, curve=curve),),
        "interval": (0.972, 0.998), "epochs": 5, "hidden": "stand-in",
    }  # fmt: skip
    return Measured(**{**given, **changes})


def grade(name: str = "perfect", **changes: Any) -> Grade:
    """A grade with everything in place, but for `changes`."""
    shown = changes.get("verdicts", verdicts())
    assets = Assets(
        kind="stand-in", scale="full", sha256="5f" * 32,
        counts={"train": {"horses": 500, "humans": 527}, "hidden": {"horses": 128, "humans": 128}},
    )  # fmt: skip
    given: dict[str, Any] = {
        "assignment": "horses-vs-humans",
        "title": "Transfer Learning: Horses vs Humans",
        "submission": Submission(
            id=name, file_name="C2W3_Assignment.ipynb", sha256="ab" * 32, size_bytes=31_000,
            revision="c",
        ),
        "points": sum(one.points for one in shown),
        "max_points": 100.0,
        "held": False,
        "verdicts": shown,
        "run": run(),
        "diagram": diagram(),
        "measured": measured(),
        "objectives": OBJECTIVES,
        "provenance": Provenance(
            grader="0.1.0", assignment_sha256="cd" * 32, assets=assets, tier="bubblewrap",
            training="recipe", seed=7, versions={"tensorflow": "2.21.0", "keras": "3.15.1"},
            hidden="stand-in", measured_key="0a1b2c3d",
        ),
        "graded_at": "2026-01-15T10:00:00+00:00",
    }  # fmt: skip
    return Grade(**{**given, **changes})
