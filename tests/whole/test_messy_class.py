"""The messy class gets through intake whole: every id, every function, whatever the form."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from evidence_samples import assignment

from benchmarks.messy_class import differences, generator
from grader.intake.read import read_notebook
from grader.intake.sources import Source, gather
from grader.intake.which import sort_out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Source], dict[str, Any]]:
    """(the sources that are found, what is expected of each)"""
    folder = tmp_path_factory.mktemp("messy")
    expected = generator().write(folder / "class")
    paths = sorted((folder / "class").iterdir())
    return gather(paths, unpack_into=folder / "unpacked"), expected


@pytest.mark.slow
def test_a_hundred_submissions_are_found_with_their_ids(
    made: tuple[list[Source], dict[str, Any]],
) -> None:
    """In the layouts of four platforms and a plain folder, packed and not."""
    found, expected = made
    assert len(found) == 100
    assert {one.id for one in found} == set(expected)


@pytest.mark.slow
def test_every_form_is_read_with_all_its_functions(
    made: tuple[list[Source], dict[str, Any]],
) -> None:
    """But for what is no notebook, or another one: that is held, with a sentence of its own."""
    found, expected = made
    reasons = Counter()
    for task in sort_out(found, [assignment()], assignment()):
        wanted = expected[task.source.id]
        reason = task.why or str(task.unreadable or "")
        assert bool(reason) == wanted["held"], wanted["mess"]
        if reason:
            reasons[reason] += 1
            continue
        submission, _ = read_notebook(
            task.source.path, submission_id=task.source.id, graded_functions=assignment().functions
        )
        became_text = "became" in wanted["mess"]
        assert len(submission.functions) == 4 - became_text, wanted["mess"]
    assert sum(reasons.values()) == 17
    assert len(reasons) >= 12


@pytest.mark.slow
def test_the_class_is_the_same_every_time_and_mixed(
    made: tuple[list[Source], dict[str, Any]],
) -> None:
    """Right and mistaken ones, from a seed."""
    _, expected = made
    _, again = generator().students()
    assert again == expected
    right = sum(one["full"] for one in expected.values())
    assert 30 <= right <= 65


def test_a_verdict_that_is_not_the_expected_one_is_told() -> None:
    """Better or worse; what was skipped counts as failed; held only where it has to be."""
    grade = {"held": False, "held_because": "", "verdicts": [
        {"criterion": "cut", "status": "passed", "message": "m"},
        {"criterion": "loss", "status": "skipped", "message": "m"},
        {"criterion": "accuracy", "status": "failed", "message": "m"},
    ]}  # fmt: skip
    wanted: dict[str, Any] = {"held": False, "full": False, "verdicts": {"loss": "failed"}}
    assert differences(grade, wanted) == []
    assert differences(grade, {**wanted, "full": True})
    assert differences(grade, {**wanted, "verdicts": {"loss": "failed", "cut": "failed"}})
    assert differences(grade, {**wanted, "held": True})
    assert differences(None, wanted)
