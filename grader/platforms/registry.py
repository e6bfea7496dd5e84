"""Places that grades are sent to. The registry is a dictionary: a platform is one line here."""

from grader.platforms.canvas.platform import Canvas
from grader.platforms.container.registry import CONTAINERS
from grader.platforms.lti.platform import Lti
from grader.platforms.moodle.platform import Moodle
from grader.platforms.nbgrader.platform import Nbgrader
from grader.platforms.plain import Plain
from grader.platforms.seam import Platform
from grader.records import PlatformError

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
