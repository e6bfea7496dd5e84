"""With `--training notebook` its own weights count, and have to come from its training."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled import HORSES, cases, differences, of, parted
from turns import tried

from grader.pipeline.submission import grade
from grader.pipeline.training import NOTE

pytestmark = [pytest.mark.tensorflow, pytest.mark.sandbox, pytest.mark.timeout(1800)]

LONG = [
    f"{HORSES}/trained-in-the-notebook",
    f"{HORSES}/never-learned-here",
    "cats-v-dogs/trained-in-the-notebook",
]
"""Epochs of the whole network, twice: minutes each. `make test` trains one of them."""
SHORT = [case for case in cases("notebook") if case not in LONG]
TRAINED = SHORT + tried(LONG, len(LONG))


@pytest.mark.parametrize("case", TRAINED)
def test_what_the_notebook_trained_is_measured(
    case: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Honest weights follow swapped class folders; missing and foreign ones fail."""
    labelled, name = parted(case)
    out = tmp_path_factory.mktemp("notebook")
    here = labelled.setting(out, "notebook")
    graded = grade(labelled.sources([name])[0], here, lambda stage: None)
    assert not graded.held, graded.held_because
    assert not differences(graded, labelled.expected[name])
    measured = graded.measured
    assert measured is not None
    assert measured.mode == "notebook"
    if not labelled.expected[name]["verdicts"]:
        assert measured.relabelled is not None
        assert measured.relabelled.correct < measured.relabelled.total / 4
    assert not list(out.rglob("weights_*.bin"))


def test_training_behind_the_mark_costs_nothing(tmp_path: Path) -> None:
    """The course allows the mark; what stands behind it is trained by the recipe then."""
    labelled = of(HORSES)
    (source,) = labelled.sources(["grade-up-to-here"])
    graded = grade(source, labelled.setting(tmp_path, "notebook"), lambda stage: None)
    assert graded.measured is not None
    assert (graded.points, graded.held, graded.measured.mode) == (100, False, "recipe")
    assert NOTE.format(stop="grade-up-to-here") in graded.submission.notes
