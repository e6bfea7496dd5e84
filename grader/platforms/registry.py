"""Places that grades are sent to. The registry is a dictionary: a platform is one line here."""

from collections.abc import Mapping

from grader.platforms.canvas.platform import Canvas
from grader.platforms.container.coursera import COURSERA
from grader.platforms.container.github import GITHUB
from grader.platforms.container.gradescope import GRADESCOPE
from grader.platforms.container.platform import Container
from grader.platforms.container.prairielearn import PRAIRIELEARN
from grader.platforms.lti import Lti
from grader.platforms.moodle import Moodle
from grader.platforms.nbgrader import Nbgrader
from grader.platforms.plain import Plain
from grader.platforms.seam import Platform
from grader.records import PlatformError

CONTAINERS: Mapping[str, Container] = {
    container.name: container for container in (GRADESCOPE, COURSERA, PRAIRIELEARN, GITHUB)
}


def find_container(name: str) -> Container:
    """Raises PlatformError for a platform that runs no containers."""
    if name not in CONTAINERS:
        raise PlatformError(
            f"{name!r} does not run graders.", what_to_do=f"These do: {', '.join(CONTAINERS)}."
        )
    return CONTAINERS[name]


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (Plain(), *CONTAINERS.values(), Canvas(), Moodle(), Lti(), Nbgrader())
}


def find_platform(name: str) -> Platform:
    """A platform by its name. Raises PlatformError that lists what there is."""
    if name not in PLATFORMS:
        raise PlatformError(
            f"There is no platform called {name!r}.",
            what_to_do=f"There are: {', '.join(PLATFORMS)}.",
        )
    return PLATFORMS[name]
