"""The platforms that run us in a container of theirs, by name."""

from collections.abc import Mapping
from pathlib import Path

from grader.platforms.container.coursera import COURSERA
from grader.platforms.container.github import GITHUB
from grader.platforms.container.gradescope import GRADESCOPE
from grader.platforms.container.platform import Container
from grader.platforms.container.prairielearn import PRAIRIELEARN
from grader.platforms.shared.texts import line
from grader.records import PlatformError, write_atomically

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


def write_refusal(platform: str, words: str, out: Path) -> int:
    """Tell the student at once why no notebook was run; the exit status for the platform.

    Nothing was judged then, and no file of an earlier grading may be read as if it had been.
    """
    container = CONTAINERS[platform]
    for name, data in container.refuse(line(words)).items():
        if data is None:
            (out / name).unlink(missing_ok=True)
        else:
            write_atomically(out / name, data)
    return container.refused_status
