"""Whatever a notebook answers: a check finds something, or says what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from checks_samples import CRITERIA, OF_THE_DATA, finding, share
from evidence_samples import answers, assignment, evidence, with_answer
from hypothesis import HealthCheck, given, settings, strategies as st

from grader.judge.checks.finding import answer
from grader.records import STANDS_IN, Answer, Finding
from grader.records.errors import MissingEvidence


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_right_submission_earns_all(criterion: str) -> None:
    """Every criterion is met by evidence of a right submission."""
    assert finding(criterion, evidence()).share == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "x", "-1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["hidden", "parts", "images", "shapes", "batches", "labelled", "is_model",
                         "is_tensor", "carried", "probe", "returned", "label_shapes"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


READERS = {
    "train_val_datasets": OF_THE_DATA,
    "create_pre_trained_model": ("base-network", "pretrained-weights"),
    "output_of_last_layer": ("cut",),
    "create_final_model": ("functional-model", "loss"),
}


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=JSON)
def test_no_answer_makes_a_check_raise(value: Any) -> None:
    """Whatever a student's process wrote, a check fails or says what is missing: no grade is
    held for it."""
    told = {"hidden": {"returned": "tuple", "parts": [value, {"images": value}]}}
    for function, criteria in READERS.items():
        for shape in (value, told):
            seen = with_answer(function, Answer(status="ok", value=shape))
            assert all(0 <= share(criterion, seen) <= 1 for criterion in criteria)


@pytest.mark.parametrize("missing", answers())
def test_a_missing_function_is_named(missing: str) -> None:
    """Without a function its criteria fail with words that name it."""
    seen = with_answer(missing, None)
    broken = [one for one in CRITERIA if share(one, seen) == 0 and CRITERIA[one].points]
    assert broken
    told = CRITERIA[broken[0]]
    check: Callable[..., Finding] = assignment().checks[told.check]
    with pytest.raises(MissingEvidence, match=missing):
        check(seen, **told.arguments)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"kind": "NoneType", "is_model": False, "object": "pre_trained_model"},
         "`pre_trained_model` is None; expected a Keras Model"),
        ({"kind": "list", "is_model": False, "object": "net"}, "`net` is a list"),
        ({"kind": "NoneType", "is_model": False, "object": ""},
         "`create_pre_trained_model` returned nothing"),
        ({"kind": "NoneType", "is_model": False, "object": "<b>no name</b>"},
         "`create_pre_trained_model` returned nothing"),
    ],
)  # fmt: skip
def test_objects_of_flat_code_are_called_by_their_names(value: Any, words: str) -> None:
    """A message names what the student can find in the notebook, and only a name."""
    seen = with_answer("create_pre_trained_model", Answer(status="ok", value=value))
    told = CRITERIA["base-network"]
    with pytest.raises(MissingEvidence, match=re.escape(words)):
        assignment().checks[told.check](seen, **told.arguments)


def test_what_flat_code_does_not_have_is_called_by_its_usual_name() -> None:
    """Code without functions is not told that a function is missing."""
    seen = with_answer("output_of_last_layer", None)
    flat = seen.submission.model_copy(update={"functions": ()})
    asked = {**seen.asked, "objects": {"output_of_last_layer": ["last_output"]}}
    seen = seen.model_copy(update={"submission": flat, "asked": asked})
    told = CRITERIA["cut"]
    with pytest.raises(MissingEvidence, match="There is no `last_output`"):
        assignment().checks[told.check](seen, **told.arguments)


def test_a_cell_that_became_text_is_named_instead_of_a_missing_function() -> None:
    """The note of intake says which cell."""
    note = f"{STANDS_IN.format(name='output_of_last_layer')}a text cell (cell 20), not run."
    gone = with_answer("output_of_last_layer", None)
    submission = gone.submission.model_copy(update={"functions": (), "notes": (note,)})
    with pytest.raises(MissingEvidence, match=r"stands in a text cell \(cell 20\)"):
        answer(gone.model_copy(update={"submission": submission}), ("output_of_last_layer",))
    with pytest.raises(MissingEvidence, match="There is no function"):
        answer(gone.model_copy(update={"submission": submission}), ("create_final_model_2",))
