"""No check can change what another student's check will look at."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from samples import sample_evidence

from grader.assignment import folder as assignments
from grader.judge.grade import judge
from grader.records import Evidence, Finding, Layer, Optimizer

SETTINGS = {"units": 8, "kernel_size": [3, 3]}
LAYER = Layer.model_validate_json(
    Layer(id="a", name="a", kind="Dense", settings=dict(SETTINGS)).model_dump_json()
)


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: settings.update(units=9),
        lambda settings: settings.pop("units"),
        lambda settings: settings.popitem(),
        lambda settings: settings.clear(),
        lambda settings: settings.setdefault("rate", 1),
        lambda settings: settings.__setitem__("units", 9),
        lambda settings: settings.__delitem__("units"),
        lambda settings: settings.__ior__({"units": 9}),
    ],
)
@pytest.mark.parametrize("table", [LAYER.settings, Optimizer(settings={"units": 8.0}).settings])
def test_settings_cannot_be_changed(
    change: Callable[[dict[str, Any]], None], table: dict[str, Any]
) -> None:
    before = dict(table)
    with pytest.raises(TypeError, match="change a copy"):
        change(table)
    assert table == before


def test_a_copy_can_be_changed() -> None:
    """Each of the usual ones; and the settings read, compare and print as ever."""
    for own in (
        dict(LAYER.settings),
        LAYER.settings.copy(),
        LAYER.settings | {"rate": 1},
        copy.deepcopy(LAYER.settings),
    ):
        own["units"] = 9
    assert LAYER.settings == SETTINGS
    assert str(LAYER.settings) == str(SETTINGS)
    assert Layer(id="a", name="a", kind="Dense").settings == {}


def test_a_check_that_tries_is_a_fault_of_ours() -> None:
    """It costs nobody a point: the grade waits for a person."""
    rubric = assignments.load_assignment("horses-vs-humans")
    evidence = next(one for one in sample_evidence().values() if one.graphs and one.measured)

    def writes(evidence: Evidence, **_: object) -> Finding:
        evidence.graphs["final"].layers[0].settings["units"] = 1
        return Finding(share=1.0, message="never")

    checks = {**rubric.checks, rubric.criteria[-1].check: writes}
    told = judge(rubric.model_copy(update={"checks": checks}), evidence)
    assert told.held
    assert told.verdicts[-1].status == "error"
