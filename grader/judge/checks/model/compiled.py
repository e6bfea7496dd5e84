"""Ready-made checks of what a model is compiled with: loss, metrics, optimizer."""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from grader.judge.checks.declared import may_show
from grader.judge.checks.finding import failed, graph, not_compiled, partial, passed
from grader.judge.checks.model.kinds import Loss, Optimizer, Share, several
from grader.records import Evidence, Finding, Graph

READS = {
    "binary_crossentropy": "two classes told apart by one probability",
    "sparse_categorical_crossentropy": "one answer for each class and labels that are numbers",
    "categorical_crossentropy": "one answer for each class and labels of as many numbers",
}
"""Loss → what it is made for."""
ACCURACIES = {
    "sparse_categorical_accuracy": ("sparse_categorical_crossentropy",),
    "categorical_accuracy": ("categorical_crossentropy", "categorical_focal_crossentropy"),
}
"""Metric → losses with labels of the same kind: with one of them it is the accuracy."""
RATE_TOLERANCE = 1e-5
"""Relative: Keras keeps a rate in single precision."""


def loss_is(evidence: Evidence, *, function: str, expected: Loss | Sequence[Loss]) -> Finding:
    """The compiled model has that loss, in whichever spelling.

    expected: its name in full, as `binary_crossentropy`, or a list of which one is enough.
    """
    wanted = several(expected)
    model = graph(evidence, "final", function)
    words = " or ".join(loss.replace("_", " ") for loss in wanted)
    if not model.compiled:
        return _not_compiled(evidence, function, words)
    kind = model.loss.kind
    if kind in wanted:
        shown = kind.replace("_", " ")
        return passed(f"The loss is {shown}.", seen=shown, expected=words)
    if not kind or kind == "unknown":
        return failed("No known loss was found in the compiled model.", expected=words)
    return failed(
        f"The loss does not fit {READS.get(wanted[0], 'what is asked for')}.",
        seen=kind.replace("_", " "),
        expected=words,
    )


@may_show("metric-missing")
def metric_is(
    evidence: Evidence, *, function: str, expected: Annotated[Sequence[str], Field(min_length=1)]
) -> Finding:
    """One of these metrics is among the compiled model's, in whichever spelling.

    expected: their names in full; `accuracy` is also the one that fits the kind of labels.
    """
    model = graph(evidence, "final", function)
    words = expected[0].replace("_", " ")
    if not model.compiled:
        return _not_compiled(evidence, function, words)
    if _reported(model) & set(expected):
        return passed(f"The model reports its {words}.", seen=", ".join(model.metrics))
    return failed(
        f"Training would not report the {words}.",
        seen=", ".join(model.metrics) or "no metrics",
        expected=words,
        shows=["metric-missing"],
    )


def _reported(model: Graph) -> set[str]:
    """Its metrics, and "accuracy" for a long name of it that fits the labels."""
    names = set(model.metrics)
    long = any(name in names and model.loss.kind in fit for name, fit in ACCURACIES.items())
    return names | ({"accuracy"} if long else set())


def optimizer_is(
    evidence: Evidence,
    *,
    function: str,
    kinds: Sequence[Optimizer] = (),
    rate: tuple[float, float] | None = None,
    wrong: Share = 0.5,
) -> Finding:
    """One of these optimizers, with a learning rate within bounds.

    kinds: names in small letters, as `rmsprop`; any without it. rate: [lowest, highest], both
    included, of the first step where the rate follows a plan. wrong: share where one of the two is
    not as asked for.
    """
    model = graph(evidence, "final", function)
    optimizer = model.optimizer
    bounds = "" if rate is None else f"a learning rate of {_from_to(rate)}"
    expected = " with ".join(part for part in (" or ".join(kinds), bounds) if part)
    if not model.compiled or not optimizer.kind:
        return _not_compiled(evidence, function, expected)
    seen_rate = optimizer.learning_rate
    shown = "unknown" if seen_rate is None else f"{seen_rate:g}"
    seen = f"{optimizer.kind} with a learning rate of {shown}"
    right_kind = not kinds or optimizer.kind in kinds
    right_rate = rate is None or (seen_rate is not None and _within(seen_rate, rate))
    if right_kind and right_rate:
        return passed("The optimizer is as asked for.", seen=seen, expected=expected)
    if right_kind:
        return partial(
            wrong if kinds else 0.0,
            "The learning rate of the optimizer could not be seen."
            if seen_rate is None
            else "The optimizer takes steps of another size.",
            seen=seen,
            expected=expected,
        )
    share = wrong if rate is not None and right_rate else 0.0
    return partial(
        share, "The model is trained by another optimizer.", seen=seen, expected=expected
    )


def _not_compiled(evidence: Evidence, function: str, expected: str) -> Finding:
    message, cause = not_compiled(evidence, function)
    return failed(message, expected=expected, cause=cause)


def _from_to(rate: Sequence[float]) -> str:
    low, high = rate
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _within(seen: float, rate: Sequence[float]) -> bool:
    low, high = rate
    near = any(math.isclose(seen, end, rel_tol=RATE_TOLERANCE) for end in (low, high))
    return near or low < seen < high
