"""Checks for any notebook: how its run ended, what a function answered, how long it trains."""

import re
from typing import Annotated, Any

from pydantic import Field

from grader.judge.checks.causes import ending, not_run
from grader.judge.checks.declared import claim
from grader.judge.checks.finding import failed, ok_answer, passed
from grader.records import Evidence, Finding, MissingEvidence

EPOCHS = re.compile(r"\bfit: one step .{0,40}? instead of (\d{1,9}) epochs?\b")
"""What a shortened `fit` says of the call that it stands for."""


@claim
def runs_to_the_end(evidence: Evidence) -> Finding:
    """Every cell ran without an error."""
    run = evidence.run
    expected = "every cell runs, in order, without an error"
    if early := ending(run):
        where = f" (cell {run.cell + 1})" if run.cell is not None else ""
        why = f"{early}{where}."
        return failed(why, seen=run.message, expected=expected, cause=not_run(evidence))
    ours = {index for package in run.lacking for index in package.cells}
    broken = [cell for cell in run.cells if cell.status not in ("ok", "not_run")]
    if broken and ours.issuperset(cell.index for cell in broken):
        names = ", ".join(f"`{package.module}`" for package in run.lacking)
        return passed(f"Every cell runs that can do without {names}, which is not here.")
    if broken or run.status != "finished":
        first = f"{broken[0].where.rstrip(',')}: {broken[0].error}" if broken else run.message
        return failed(
            f"{len(broken) or 'Some'} of {len(run.cells)} code cells did not run to the end. "
            "The others were run all the same.",
            seen=first,
            expected=expected,
            cause=not_run(evidence),
        )
    return passed("The notebook runs from top to bottom.", expected=expected)


def value_is(evidence: Evidence, *, function: str, key: str = "", expected: Any) -> Finding:
    """What a function answered (or an entry of it) is exactly what is expected, type included.

    key: the entry of a table that is meant. expected: the value, as TOML writes it.
    """
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


@claim
def epochs_trained(evidence: Evidence, *, at_least: Annotated[int, Field(ge=1)] = 1) -> Finding:
    """The notebook asks `fit` for enough epochs.

    at_least: epochs, of all calls together.
    """
    expected = f"at least {at_least} epoch{'s' * (at_least != 1)}"
    if evidence.run.training != "recipe":
        raise MissingEvidence("How long the notebook trains was not written down in this run.")
    epochs = [int(told) for cell in evidence.run.cells for told in EPOCHS.findall(cell.shortened)]
    if not epochs:
        return failed("No training was seen in the notebook.", seen="no `fit`", expected=expected)
    seen = f"{sum(epochs)} in {len(epochs)} call{'s' * (len(epochs) != 1)} of `fit`"
    if sum(epochs) >= at_least:
        return passed("The notebook trains its model.", seen=seen, expected=expected)
    return failed("The notebook trains for fewer epochs.", seen=seen, expected=expected)
