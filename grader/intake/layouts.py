"""Whose submission a file is, told by the folders and names that platforms give to downloads.

Gradescope   assignment_<id>_export/submission_<id>/…
Canvas       <lastfirst>[_LATE]_<user id>_<submission id>_<file>
Moodle       <full name>_<participant id>_assignsubmission_file[_]/…, or that before the file name
nbgrader     submitted/<student>/<assignment>/…

An id keeps what the platform knows the person by, so that grades find their way back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

GRADESCOPE = re.compile(r"submission_\d+")
CANVAS = re.compile(r"([^_]+)(?:_LATE)?_(\d+)_(\d+)(?:_.*|\..*)?", re.IGNORECASE | re.DOTALL)
MOODLE = re.compile(r"(.+_\d+_assignsubmission_(?:file|onlinetext))(?:_.*|\..*)?", re.DOTALL)
NBGRADER_STEP = "submitted"
NBGRADER_OTHERS = {"source", "release", "autograded", "feedback", "downloaded"}
BELOW_STEP = 3
"""student/assignment/file"""


def owner(parts: Sequence[str]) -> str:
    """Id of the submission that a file belongs to, "" where no platform's layout is recognised.

    parts: of the path, the file's own name last.
    """
    for place, part in enumerate(parts):
        moodle, canvas = MOODLE.fullmatch(part), CANVAS.fullmatch(part)
        if moodle:
            return moodle[1]
        if GRADESCOPE.fullmatch(part) and place < len(parts) - 1:
            return part
        if canvas:
            return "_".join(canvas.groups())
        if part == NBGRADER_STEP and len(parts) - place > BELOW_STEP:
            return parts[place + 1]
    return ""


def not_handed_in(parts: Sequence[str], steps: frozenset[str]) -> bool:
    """Whether a file is one of an nbgrader course that is no submission.

    steps: names of the folders beside it, of the whole batch.
    """
    course = NBGRADER_STEP in steps and bool(steps & NBGRADER_OTHERS)
    return course and bool(set(parts) & NBGRADER_OTHERS) and NBGRADER_STEP not in parts


def telling_level(paths: Sequence[Sequence[str]]) -> int | None:
    """The level, counted from the file upwards (0), at which the names tell all paths apart."""
    depth = min((len(one) for one in paths), default=0)
    for level in range(depth):
        names = [one[-1 - level].lower() for one in paths]
        if len(set(names)) == len(names):
            return level
    return None
