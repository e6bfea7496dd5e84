"""Checks for any notebook: how its run ended, and a value that a function answered."""

from typing import Any

from grader.judge.checks.finding import failed, ok_answer, passed
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
