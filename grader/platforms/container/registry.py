"""The platforms that run us in a container of theirs, by name."""

from collections.abc import Mapping

from grader.platforms.container.coursera import COURSERA
from grader.platforms.container.github import GITHUB
from grader.platforms.container.gradescope import GRADESCOPE
from grader.platforms.container.platform import Container
from grader.platforms.container.prairielearn import PRAIRIELEARN
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
