"""Checks for any notebook: how its run ended, what a function answered, how a model is compiled."""

from collections.abc import Sequence
from typing import Any

from grader.judge.checks.finding import failed, graph, ok_answer, passed
from grader.records import Evidence, Finding

ENDINGS = {
    "timeout": "It was stopped because it took too long",
    "out_of_memory": "It was stopped because it needed too much memory",
    "output_limit": "It was stopped because it printed too much",
    "died": "The notebook's process ended by itself",
}


def runs_to_the_end(evidence: Evidence) -> Finding:
    """Every cell ran without an error. It can be forged, so it should carry no points."""
    run = evidence.run
    expected = "every cell runs, in order, without an error"
    if run.status in ENDINGS:
        where = f" in cell {run.cell + 1}" if run.cell is not None else ""
        return failed(f"{ENDINGS[run.status]}{where}.", seen=run.message, expected=expected)
    broken = [cell for cell in run.cells if cell.status not in ("ok", "not_run")]
    if broken or run.status != "finished":
        first = f"Cell {broken[0].index + 1}: {broken[0].error}" if broken else run.message
        return failed(
            f"{len(broken) or 'Some'} of {len(run.cells)} code cells did not run. "
            "The others were run all the same.",
            seen=first,
            expected=expected,
        )
    return passed("The notebook runs from top to bottom.", expected=expected)


def value_is(evidence: Evidence, *, function: str, key: str = "", expected: Any) -> Finding:
    """What a function answered (or the entry `key` of it) is exactly `expected`, type included."""
    seen = ok_answer(evidence, (function,)).value
    if key:
        seen = seen.get(key) if isinstance(seen, dict) else None
    if type(seen) is type(expected) and seen == expected:
        return passed(f"`{function}` gives {expected!r}.", seen=repr(seen)[:200])
    return failed(
        f"`{function}` does not give what was asked for.",
        seen=repr(seen)[:200],
        expected=repr(expected)[:200],
    )


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
