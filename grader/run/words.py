"""What a student is told about a limit: which one, in which cell, and what to do."""

import re

from grader.intake import is_installed, public_packages
from grader.records import REACHED, Limits

ADVICE = {name: limit.advice for name, limit in REACHED.items() if limit.advice}
SAYS = {name: limit.does for name, limit in REACHED.items() if limit.does}
ERRORS = {limit.error: (name, limit.size) for name, limit in REACHED.items() if limit.error}
"""Beginning of what Python says → limit that was met, and its size. The notebook ran on."""

NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '(\w{1,60})")
OWN_MODULE = (
    "is none of the packages that courses use: what you wrote yourself belongs into the notebook."
)


def whose(cell: int | None, line: int | None = None) -> str:
    """Who it was, at the beginning of a sentence."""
    where = "" if line is None else f" (from line {line})"
    return "The notebook" if cell is None else f"Cell {cell + 1}{where}"


def reached(limit: str, who: str, limits: Limits) -> str:
    """A sentence on the limit that ended a run, and one on what to do; "" for no limit."""
    return f"{who} {SAYS[limit].format(limits=limits)}. {ADVICE[limit]}" if limit in SAYS else ""


def explained(error: str, limits: Limits) -> str:
    """An error of a cell, with what is behind it where Python's own words do not name it."""
    module = NO_MODULE.match(error)
    if module and module[1] not in public_packages() and not is_installed(module[1]):
        return f"{error} ({module[1]} {OWN_MODULE})"
    for beginning, (limit, says) in ERRORS.items():
        if error.startswith(beginning):
            return f"{error} ({says.format(limits=limits)} {ADVICE[limit]})"
    return error
