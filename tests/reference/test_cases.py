"""Each labelled case gets exactly its expected verdicts: no false accept, no false reject."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import in_pieces
import platform_cases
import pytest
from graded_class import Classes
from labelled import (
    ANY,
    HORSES,
    SLUGS,
    Case,
    cases,
    differences,
    grade_of,
    of,
    parted,
    unnumbered,
)

from grader.pipeline.submission import grade
from grader.records import Evidence, Grade
from grader.run import Setting
from grader.run.messages import one_line

pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(3600)]
every_assignment = pytest.mark.parametrize("slug", SLUGS)
the_first = pytest.mark.parametrize("slug", [HORSES])
"""What only its notebooks have."""


@every_assignment
def test_every_other_verdict_is_certain(slug: str) -> None:
    """An expectation that leaves a criterion open could not fail."""
    for case in of(slug).expected.values():
        assert case["others"] != ANY
        assert all(name == "accuracy" for name, status in case["verdicts"].items() if status == ANY)


@pytest.mark.parametrize("case", cases())
def test_a_case_gets_its_verdicts(case: str, classes: Classes) -> None:
    """Criterion by criterion; what is not named in expected.json stands under `others`."""
    labelled, name = parted(case)
    outcome, wanted = classes.of(labelled.slug).outcomes[name], labelled.expected[name]
    graded = grade_of(outcome)
    if outcome.untrained:
        wanted = {**wanted, "verdicts": {**wanted["verdicts"], "accuracy": ANY}}
    assert not graded.held, graded.held_because
    assert not differences(graded, wanted)
    if wanted["run"]:
        assert graded.run.status in wanted["run"]


@every_assignment
def test_the_solution_has_all_points_twice_and_the_same(
    slug: str, classes: Classes, tmp_path: Path
) -> None:
    """Graded again from nothing, `grade.json` is the same apart from times."""
    labelled = of(slug)
    assert grade_of(classes.of(slug).outcomes["solution"]).points == 100
    grade(labelled.sources(["solution"])[0], labelled.setting(tmp_path), lambda stage: None)
    runs = classes.of(slug).runs
    first, again = (stored(labelled.setting(out), "solution") for out in (runs, tmp_path))
    assert first.points == first.max_points == 100
    assert timeless(again.model_dump()) == timeless(first.model_dump())


def stored(here: Setting, name: str) -> Grade:
    """The `grade.json` of a case, the whole of it."""
    (found,) = platform_cases.stored(here.folder / name)
    return found


TIMES = {"seconds", "cpu_seconds", "memory_mb", "graded_at", "cached"}


def timeless(value: object) -> object:
    """A record without what the clock and the machine's load decide."""
    if isinstance(value, dict):
        return {key: timeless(one) for key, one in value.items() if key not in TIMES}
    if isinstance(value, list | tuple):
        return [timeless(one) for one in value]
    return value


@every_assignment
def test_nothing_of_a_hostile_case_gets_into_the_grade_of_another(
    slug: str, classes: Classes
) -> None:
    """Equal right models have equal points, whatever ran beside them."""
    expected, outcomes = of(slug).expected, classes.of(slug).outcomes
    right = [name for name in of(slug).chosen() if not expected[name]["verdicts"]]
    right = [name for name in right if expected[name]["others"] == "passed"]
    right = [name for name in right if not outcomes[name].untrained]
    assert len(right) > len(SLUGS)
    assert {grade_of(outcomes[name]).points for name in right} == {100.0}


@every_assignment
def test_the_template_gets_a_friendly_report_and_few_points(slug: str, classes: Classes) -> None:
    """Nothing filled in: nothing crashes, nothing is held, the first step is named."""
    graded = grade_of(classes.of(slug).outcomes["template"])
    assert graded.points < 20
    assert graded.first_to_fix


@the_first
def test_the_old_name_of_the_learning_rate_is_honoured(slug: str, classes: Classes) -> None:
    """In warm workers, which have all optimizers imported before anything of ours."""
    labelled, graded_class = of(slug), classes.of(slug)
    graded_whole = labelled.sources(graded_class.whole)
    old = [one.id for one in graded_whole if "RMSprop(lr=0.0001)" in one.path.read_text()]
    graded = [stored(labelled.setting(graded_class.runs), name) for name in old]
    drawn = [one for one in graded if one.diagram is not None]
    assert len(drawn) > 1
    for one in drawn:
        assert one.diagram is not None
        assert one.diagram.optimizer == "rmsprop, learning rate 0.0001", one.submission.id
        told = any("`lr=`" in cell.adapted for cell in one.run.cells)
        assert told or one.run.status != "finished", one.submission.id


@the_first
def test_what_can_be_asked_apart_is_found_by_comparing(slug: str) -> None:
    """A change of a graded cell; nothing that is about running, the file's form or other cells."""
    pieces = in_pieces.pieces(of(slug))
    assert {"batch-16", "not-frozen", "cut-mixed6", "dense-512", "b-blank-cut"} <= set(pieces)
    assert not {"solution", "template", "untagged", "magics", "elsewhere", "loop-in-a-function",
                "exits-in-a-function", "patched-json", "a-cut-mixed6"} & set(pieces)  # fmt: skip
    as_well = in_pieces.run_whole_as_well(pieces)
    assert len(as_well) >= len(pieces) // in_pieces.EVERY
    assert set(as_well) <= set(pieces)


@every_assignment
def test_what_is_asked_apart_gives_the_evidence_of_a_whole_run(slug: str, classes: Classes) -> None:
    """One in six of all that could be, other ones with every change of the grader's code."""
    graded = classes.of(slug)
    for name in in_pieces.run_whole_as_well(graded.pieces):
        both = (graded.asked_apart[name], graded.whole[name])
        flat = of(slug).flat_apart
        if not flat:  # else the run of what stands behind the last graded cell shows
            ours, theirs = (comparable(case.evidence) for case in both)
            assert unlike(ours, theirs) == [], name
        assert verdicts(both[0], flat) == verdicts(both[1], flat), name


def verdicts(case: Case, flat: bool) -> list[tuple[object, ...]]:
    """With their messages; of flat code without that of the criterion about the whole run."""
    return [
        (one.criterion, one.status, one.points, unnumbered(one.message))
        for one in grade_of(case).verdicts
        if not (flat and one.max_points == 0)
    ]


SHOWN = {"shortened": "", "adapted": ""}
"""Of a cell, what its kernel tells of it by messages that a piece has no ear for."""
CERTAIN = 150
"""Characters of an error that are there however long the numbers in it are."""
DIGITS = 1e-5
"""Sums of floats in another order differ in the last digits."""


def comparable(evidence: Evidence | None) -> Any:
    """All of it, but for times, and with layers by their place: Keras numbers the names of all
    layers that a kernel has ever made."""
    assert evidence is not None
    cells = tuple(cell.model_copy(update=SHOWN) for cell in evidence.run.cells)
    run = evidence.run.model_copy(update={"cells": cells})
    told = evidence.model_copy(update={"run": run}).model_dump(mode="json")
    for name in ("graphs", "weights"):
        told[name] = {part: by_place(one) for part, one in told[name].items()}
    return timeless(told)


def by_place(part: Any) -> Any:
    """Every name of a layer replaced by the layer's place in this graph, or list of arrays."""
    layers = part["layers"] if isinstance(part, dict) else part
    names = dict.fromkeys(layer.get("id") or layer["layer"] for layer in layers)
    places = {name: f"layer {place}" for place, name in enumerate(names)}

    def replaced(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: replaced(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [replaced(one, key) for one in value]
        # the name that the layer has in our own description of the network stays
        return places.get(value, value) if isinstance(value, str) and key != "reference" else value

    return replaced(part)


def unlike(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two pieces of plain data differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return [more for key in ours for more in unlike(ours[key], theirs[key], f"{path}/{key}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [more for place, pair in pairs for more in unlike(*pair, f"{path}/{place}")]
    if isinstance(ours, float) and isinstance(theirs, float):
        return [] if ours == pytest.approx(theirs, rel=DIGITS, abs=DIGITS) else [path]
    if path.endswith("error"):  # cut at a length, where numbers of more digits leave less
        # the host takes escape sequences out of what a kernel tells, before it is shown
        ours, theirs = (one_line(unnumbered(text))[:CERTAIN] for text in (ours, theirs))
    return [] if ours == theirs else [f"{path}: {ours!r} {theirs!r}"[:200]]
