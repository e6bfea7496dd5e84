"""The ready-made check of what was measured: how many of the hidden data are answered right."""

from collections.abc import Sequence

from grader.judge.checks.causes import SEVERAL_OUTPUTS
from grader.judge.checks.finding import failed, graph, not_compiled, partial, passed
from grader.records import Cause, Evidence, Finding, Graph, Measured, MissingEvidence, NotMeasured

BY_CHANCE = 1.1
"""So many times what guessing gets is little better."""
LEAST_RATE = 1e-6
"""No optimizer gets anywhere in steps that are smaller."""


def accuracy_at_least(
    evidence: Evidence,
    *,
    threshold: float,
    steps: Sequence[tuple[float, float]] = (),
    close: float = 0.75,
) -> Finding:
    """The share of hidden data answered right, over all trainings, against a threshold.

    threshold: share of the hidden data that full credit asks for.
    close: share of the credit when the result lies below the threshold, but its interval reaches
    it. steps: (threshold, share of the credit) for less than that. Credit comes in steps, not on
    a slope: a few more or less should not matter.
    """
    measured = _measured(evidence)
    what = measured.examples
    expected = f"at least {threshold:.0%} of the hidden {what} right"
    total = sum(training.total for training in measured.trainings)
    if measured.status == "not_measurable" or not total or measured.interval is None:
        cause = _not_there(evidence)
        why = f"{cause.title}." if cause else measured.message or "The model could not be measured."
        return failed(why, expected=expected, cause=cause)
    correct = sum(training.correct for training in measured.trainings)
    low, high = measured.interval
    seen = f"{correct / total:.1%} right ({correct} of {total}; 95 % interval {low:.1%}–{high:.1%})"
    doubt = _doubt(measured) if correct > total * _guessing(measured) else ""
    if doubt:
        hint = "Train the model in the notebook, on the data that it reads."
        expected += ", by training in the notebook"
        return failed(doubt, seen=seen, expected=expected, hint=hint)
    if correct >= threshold * total:
        return passed(f"It recognises {what} it has never seen.", seen=seen, expected=expected)
    if high >= threshold:
        message = f"The model answers well, but a little too few of the new {what} right."
        return partial(close, message, seen=seen, expected=expected)
    hint, message = "", f"The model has learned something, but answers too few new {what} right."
    for step, share in sorted(steps, reverse=True):
        if correct >= step * total:
            return partial(share, message, seen=seen, expected=expected)
    if low <= BY_CHANCE * _guessing(measured):
        message = f"On {what} it has never seen the model does little better than guessing."
        hint = _stands_still(evidence)
    return failed(message, seen=seen, expected=expected, hint=hint)


accuracy_at_least.needs_recipe = True  # type: ignore[attr-defined]  # vetted when it is loaded


def _maker(evidence: Evidence) -> str:
    """The function that makes the final model; "" where nothing is asked for that does."""
    asked = evidence.asked.get("functions") if isinstance(evidence.asked, dict) else None
    functions = asked.get("head") or asked.get("final") if isinstance(asked, dict) else None
    return functions[0] if functions else ""


def _final(evidence: Evidence) -> Graph | None:
    """The final model; None where nothing is asked for that makes one. Raises MissingEvidence."""
    maker = _maker(evidence)
    return graph(evidence, "final", maker) if maker else None


def _not_there(evidence: Evidence) -> Cause | None:
    """Why there is no model that could be measured, where more than that hangs on it."""
    try:
        model = _final(evidence)
    except MissingEvidence as missing:
        return missing.cause
    if model is not None and len(model.outputs) > 1:
        return SEVERAL_OUTPUTS
    if model is None or model.compiled:
        return None
    return not_compiled(evidence, _maker(evidence))[1]


def _stands_still(evidence: Evidence) -> str:
    """What keeps the model from learning anything, "" where nothing is seen that does."""
    try:
        model = _final(evidence)
    except MissingEvidence:
        return ""
    if model is None:
        return ""
    if not any(layer.trainable_parameters for layer in model.layers):
        return "No layer of the model is trainable: look for what sets `trainable` to False."
    rate = model.optimizer.learning_rate
    if rate is not None and rate < LEAST_RATE:
        return f"The learning rate is {rate:g}: steps that small change nothing."
    return ""


def _measured(evidence: Evidence) -> Measured:
    if evidence.measured is None:
        raise NotMeasured("the model was not measured")
    if evidence.measured.status in ("failed", "not_rebuilt"):
        raise NotMeasured(evidence.measured.message)
    return evidence.measured


def _guessing(measured: Measured) -> float:
    """The share that is right by chance."""
    return 1 / measured.classes


def _doubt(measured: Measured) -> str:
    """Why the notebook's own training cannot have made the weights, or "".

    Trained on swapped labels, an honest model answers by these. One that learns too slowly to do so
    in the short run is not doubted.
    """
    if measured.mode != "notebook":
        return ""
    second = measured.relabelled
    if second is None:
        raise RuntimeError("the run on swapped labels was not made, for a reason of ours")
    swapped = "class folders" if measured.examples == "images" else "labels"
    if second.status != "ok":
        return (
            f"Run a second time, with the {swapped} swapped, the notebook left no model that "
            f"could be measured, so nothing shows that it was trained here: {second.message}"
        )
    if second.interval is not None and second.interval[0] > _guessing(measured):
        return (
            f"The weights do not come from training in this notebook: with the {swapped} swapped "
            "it gives the same answers as before."
        )
    return ""
