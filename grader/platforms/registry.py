"""Places that grades are sent to. The registry is a dictionary: a platform is one line here."""

from __future__ import annotations

from grader.platforms.canvas.platform import Canvas
from grader.platforms.container.coursera import Coursera
from grader.platforms.container.github import GitHub
from grader.platforms.container.gradescope import Gradescope
from grader.platforms.container.prairielearn import PrairieLearn
from grader.platforms.lti.platform import Lti
from grader.platforms.moodle.platform import Moodle
from grader.platforms.nbgrader.platform import Nbgrader
from grader.platforms.plain import Plain
from grader.platforms.seam import Platform
from grader.records import PlatformError

PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
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


def find_platform(name: str) -> Platform:
    """A platform by its name. Raises PlatformError that lists what there is."""
    if name not in PLATFORMS:
        raise PlatformError(
            f"There is no platform called {name!r}.",
            what_to_do=f"There are: {', '.join(PLATFORMS)}.",
        )
    return PLATFORMS[name]
