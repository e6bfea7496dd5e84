"""Findings in a word, how evidence is asked for, and the ready-made checks for any notebook.

A check is a pure function `Evidence → Finding`; parameters after the evidence are filled from the
criterion's `with` table. An assignment's `checks.py` starts with `from grader.checks import *`, so
the TOML can name everything in `__all__` of this module.

What students' code could have written is compared by value only, after its type was looked at.
"""

from __future__ import annotations

from typing import Any

from grader.checks_compiled import loss_is, metric_is
from grader.checks_data import (
    batches_and_shape,
    delivers_split,
    labels_right,
    painted_images,
)
from grader.checks_head import (
    dense_head,
    dropout_between,
    one_output_unit,
)
from grader.checks_measured import accuracy_at_least
from grader.checks_model import continues_functionally, cut_at, is_network
from grader.checks_seen import (
    answer,
    failed,
    graph,
    ok_answer,
    partial,
    passed,
)
from grader.checks_weights import base_frozen, final_frozen, weights_pretrained
from grader.records import Evidence, Finding

__all__ = [
    "accuracy_at_least",
    "answer",
    "base_frozen",
    "batches_and_shape",
    "continues_functionally",
    "cut_at",
    "delivers_split",
    "dense_head",
    "dropout_between",
    "failed",
    "final_frozen",
    "graph",
    "is_network",
    "labels_right",
    "loss_is",
    "metric_is",
    "ok_answer",
    "one_output_unit",
    "painted_images",
    "partial",
    "passed",
    "runs_to_the_end",
    "value_is",
    "weights_pretrained",
]

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
        place = f" in cell {run.cell + 1}" if run.cell is not None else ""
        return failed(f"{ENDINGS[run.status]}{place}.", seen=run.message, expected=expected)
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
