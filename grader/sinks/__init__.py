"""Places that grades are sent to. The registry is a dictionary: a sink is one line here."""

from __future__ import annotations

from grader.errors import SinkError
from grader.sinks.canvas import Canvas
from grader.sinks.coursera import Coursera
from grader.sinks.github import GitHub
from grader.sinks.gradescope import Gradescope
from grader.sinks.lti import Lti
from grader.sinks.moodle import Moodle
from grader.sinks.nbgrader import Nbgrader
from grader.sinks.plain import Plain
from grader.sinks.prairielearn import PrairieLearn
from grader.sinks.seam import Entry, FileChange, Receipt, Sink

SINKS: dict[str, Sink] = {
    sink.name: sink
    for sink in (
        Plain(),
        Gradescope(),
        Coursera(),
        PrairieLearn(),
        GitHub(),
        Canvas(),
        Moodle(),
        Lti(),
        Nbgrader(),
    )
}


def find(name: str) -> Sink:
    """A sink by its name. Raises SinkError that lists what there is."""
    if name not in SINKS:
        raise SinkError(
            f"There is no sink called {name!r}.", what_to_do=f"There are: {', '.join(SINKS)}."
        )
    return SINKS[name]


__all__ = ["SINKS", "Entry", "FileChange", "Receipt", "Sink", "find"]
