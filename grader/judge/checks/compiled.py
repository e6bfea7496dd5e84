"""Ready-made checks of what a model was compiled with."""

from collections.abc import Sequence

from grader.judge.checks.finding import failed, graph, passed
from grader.records import Evidence, Finding


def loss_is(evidence: Evidence, *, function: str, expected: str) -> Finding:
    """The compiled model's loss, in whichever spelling."""
    model = graph(evidence, "final", function)
    words = expected.replace("_", " ")
    if not model.compiled:
        return failed("The model is returned without being compiled.", expected=words)
    kind = model.loss.kind
    if kind == expected:
        return passed(f"The loss is {words}.", seen=words, expected=words)
    if not kind or kind == "unknown":
        return failed("No known loss was found in the compiled model.", expected=words)
    return failed(
        "The loss does not fit two classes told apart by one probability.",
        seen=kind.replace("_", " "),
        expected=words,
    )


def metric_is(evidence: Evidence, *, function: str, expected: Sequence[str]) -> Finding:
    """One of these metrics (normal form) is among the compiled model's."""
    model = graph(evidence, "final", function)
    words = expected[0].replace("_", " ")
    if not model.compiled:
        return failed("The model is returned without being compiled.", expected=words)
    if set(model.metrics) & set(expected):
        return passed(f"The model reports its {words}.", seen=", ".join(model.metrics))
    return failed(
        f"Training would not report the {words}.",
        seen=", ".join(model.metrics) or "no metrics",
        expected=words,
        shows=["metric-missing"],
    )
