"""The ready-made check of what was measured: how many hidden images are answered right."""

from collections.abc import Sequence

from grader.judge.checks.finding import failed, partial, passed
from grader.records import Evidence, Finding, Measured, NotMeasured

GUESSING = 0.5


def accuracy_at_least(
    evidence: Evidence,
    *,
    threshold: float,
    steps: Sequence[tuple[float, float]] = (),
    close: float = 0.75,
) -> Finding:
    """The share of hidden images answered right, over all trainings, against a threshold.

    threshold: share of the hidden images that full credit asks for.
    close: share of the credit when the result lies below the threshold, but its interval reaches
    it. steps: (threshold, share of the credit) for less than that. Credit comes in steps, not on
    a slope: a few images more or less should not matter.
    """
    measured = _measured(evidence)
    expected = f"at least {threshold:.0%} of the hidden images right"
    total = sum(training.total for training in measured.trainings)
    if measured.status == "not_measurable" or not total or measured.interval is None:
        return failed(measured.message or "The model could not be measured.", expected=expected)
    correct = sum(training.correct for training in measured.trainings)
    low, high = measured.interval
    seen = f"{correct / total:.1%} right ({correct} of {total}; 95 % interval {low:.1%}–{high:.1%})"
    doubt = _doubt(measured) if correct > total * GUESSING else ""
    if doubt:
        return failed(doubt, seen=seen, expected=f"{expected}, by training in the notebook")
    if correct >= threshold * total:
        return passed("It recognises images it has never seen.", seen=seen, expected=expected)
    if high >= threshold:
        message = "The model answers well, but a little too few of the new images right."
        return partial(close, message, seen=seen, expected=expected)
    for step, share in sorted(steps, reverse=True):
        if correct >= step * total:
            message = "The model has learned something, but answers too few new images right."
            return partial(share, message, seen=seen, expected=expected)
    message = "On images it has never seen the model does little better than guessing."
    return failed(message, seen=seen, expected=expected)


def _measured(evidence: Evidence) -> Measured:
    if evidence.measured is None:
        raise NotMeasured("the model was not measured")
    if evidence.measured.status == "failed":
        raise RuntimeError("the accuracy was not measured, for a reason of ours")
    return evidence.measured


def _doubt(measured: Measured) -> str:
    """Why the notebook's own training cannot have made the weights, or "".

    Trained on swapped class folders, an honest model answers the other way round. One that learns
    too slowly to do so in the short run is not doubted.
    """
    if measured.mode != "notebook":
        return ""
    second = measured.relabelled
    if second is None:
        raise RuntimeError("the run on swapped labels was not made, for a reason of ours")
    if second.status != "ok":
        return (
            "Run a second time, with the class folders swapped, the notebook left no model that "
            f"could be measured, so nothing shows that it was trained here: {second.message}"
        )
    if second.interval is not None and second.interval[0] > GUESSING:
        return (
            "The weights do not come from training in this notebook: with the class folders "
            "swapped it gives the same answers as before."
        )
    return ""
