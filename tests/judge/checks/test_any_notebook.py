"""How a run ended, and a value that a function answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evidence_samples import evidence, with_answer

import grader
from grader.judge.checks import epochs_trained, runs_to_the_end, value_is
from grader.records import Answer, CellRun, Finding, MissingEvidence, Run


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (Run(status="finished"), "The notebook runs from top to bottom."),
        (Run(status="timeout", cell=2), "It was stopped because it took too long (cell 3)."),
        (Run(status="out_of_memory"), "It was stopped because it needed too much memory."),
        (Run(status="output_limit"), "It was stopped because it printed too much."),
        (
            Run(status="output_limit", limit="disk_mb"),
            "It was stopped because it wrote more to the disk than allowed.",
        ),
        (Run(status="died"), "The notebook's process ended by itself."),
        (
            Run(status="finished", cells=(CellRun(index=4, status="error", error="E: no"),)),
            "1 of 1 code cells did not run to the end. The others were run all the same.",
        ),
    ],
)
def test_how_it_ended_is_said(run: Run, words: str) -> None:
    """Only a run to the end passes."""
    found = runs_to_the_end(evidence(run=run))
    assert found.message == words
    assert found.share == (words == "The notebook runs from top to bottom.")


@pytest.mark.parametrize(
    ("answered", "expected", "share"),
    [(3, 3, 1), (3, 4, 0), (1, True, 0), (1.0, 1, 0), ("3", 3, 0), ([1, "a"], [1, "a"], 1)],
)
def test_a_value_is_compared_with_its_type(answered: Any, expected: Any, share: float) -> None:
    """1 is not True, and no text is a number."""
    for value, key in (answered, ""), ({"x": answered}, "x"):
        seen = with_answer("create_final_model", Answer(status="ok", value=value))
        found = value_is(seen, function="create_final_model", key=key, expected=expected)
        assert found.share == share


def test_an_entry_that_is_not_there_is_no_value() -> None:
    """Nor one of an answer that is no table."""
    for value in {}, [], None:
        seen = with_answer("create_final_model", Answer(status="ok", value=value))
        assert value_is(seen, function="create_final_model", key="x", expected=1).share == 0


def trained(*shortened: str, **run: Any) -> Finding:
    cells = tuple(
        CellRun(index=index, status="ok", shortened=text) for index, text in enumerate(shortened)
    )
    seen = evidence(run=Run(status="finished", cells=cells, **run))
    return epochs_trained(seen, at_least=10)


@pytest.mark.parametrize(
    ("shortened", "share", "told"),
    [
        (["", "fit: one step on 2 examples instead of 20 epochs"], 1, "20 in 1 call of `fit`"),
        (["fit: one step on 2 examples instead of 6 epochs; fit: one step on 2 examples instead of "
          "4 epochs"], 1, "10 in 2 calls of `fit`"),
        (["fit: one step on 2 examples instead of 1 epoch"], 0, "1 in 1 call of `fit`"),
        (["evaluate: one step on 2 examples instead of all the data"], 0, "no `fit`"),
        (["fit: one step on 2 examples instead of None epochs"], 0, "no `fit`"),
        ([], 0, "no `fit`"),
    ],
)  # fmt: skip
def test_epochs_are_read_from_what_was_shortened(
    shortened: list[str], share: float, told: str
) -> None:
    """All calls together."""
    found = trained(*shortened)
    assert (found.share, found.seen) == (share, told)


def test_the_words_are_those_that_a_shortened_call_leaves() -> None:
    """Both ends of the sentence change together."""
    source = Path(grader.__file__).parent / "inside" / "kernel" / "shorten.py"
    words = "{call}: one step on {first_rows.ROWS} examples instead of {instead_of}"
    assert words in source.read_text(encoding="utf-8")


def test_where_the_training_really_ran_its_length_is_not_known() -> None:
    """It is said, not guessed."""
    with pytest.raises(MissingEvidence, match="not written down"):
        trained(training="notebook")
