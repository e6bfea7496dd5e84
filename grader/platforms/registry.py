"""Places that grades are sent to. The registry is a dictionary: a sink is one line here."""

from __future__ import annotations

from grader.platforms.canvas import Canvas
from grader.platforms.container.coursera import Coursera
from grader.platforms.container.github import GitHub
from grader.platforms.container.gradescope import Gradescope
from grader.platforms.container.prairielearn import PrairieLearn
from grader.platforms.lti import Lti
from grader.platforms.moodle import Moodle
from grader.platforms.nbgrader import Nbgrader
from grader.platforms.plain import Plain
from grader.platforms.seam import Sink
from grader.records import SinkError

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


def find_sink(name: str) -> Sink:
    """A sink by its name. Raises SinkError that lists what there is."""
    if name not in SINKS:
        raise SinkError(
            f"There is no sink called {name!r}.", what_to_do=f"There are: {', '.join(SINKS)}."
        )
    return SINKS[name]
