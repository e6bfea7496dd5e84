"""What a student is told about a limit: which one, in which cell, and what to do."""

from grader.records import REACHED, Limits

ADVICE = {name: limit.advice for name, limit in REACHED.items() if limit.advice}
SAYS = {name: limit.does for name, limit in REACHED.items() if limit.does}
ERRORS = {limit.error: (name, limit.size) for name, limit in REACHED.items() if limit.error}
"""Beginning of what Python says → limit that was met, and its size. The notebook ran on."""


def whose(cell: int | None) -> str:
    """Who it was, at the beginning of a sentence."""
    return "The notebook" if cell is None else f"Cell {cell + 1}"


def reached(limit: str, cell: int | None, limits: Limits) -> str:
    """A sentence on the limit that ended a run, and one on what to do; "" for no limit."""
    if limit not in SAYS:
        return ""
    says = SAYS[limit].format(limits=limits)
    return f"{whose(cell)} {says}. {ADVICE[limit]}"


def explained(error: str, limits: Limits) -> str:
    """An error of a cell, with the limit behind it where Python's own words do not name it."""
    for beginning, (limit, says) in ERRORS.items():
        if error.startswith(beginning):
            return f"{error} ({says.format(limits=limits)} {ADVICE[limit]})"
    return error
