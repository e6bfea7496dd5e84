"""Decisions that lie in the run folders: found without being named, so every re-grade keeps them.

A class's file beside the submissions' folders (`decisions.toml` or `decisions.csv`) comes first,
then the trail of the submission, then what is named on the command line: the last word counts.
"""

from __future__ import annotations

from pathlib import Path

from grader.judge.decisions.apply import apply
from grader.judge.decisions.files import Decisions, read, trail
from grader.records import AssignmentError, Grade

FILES = ("decisions.toml", "decisions.csv")


def standing(class_folder: Path) -> Decisions:
    """The class's own file, or no decisions. Raises AssignmentError when it cannot be read."""
    found = [class_folder / name for name in FILES if (class_folder / name).is_file()]
    if len(found) > 1:
        raise AssignmentError(
            f"{class_folder} holds {' and '.join(FILES)}.", what_to_do="Keep one of them."
        )
    return read(found[0]) if found else Decisions()


def decided(judged: Grade, folder: Path, more: Decisions | None = None) -> Grade:
    """The grade with every decision that is kept in its submission's `folder` and above it.

    `more` comes after those; its policy on lateness, where it has a due time, stands in for
    that of the class.
    Raises AssignmentError or GraderError for a file that is damaged.
    """
    kept = standing(folder.parent)
    policy = more.policy if more and more.policy.due else kept.policy
    named = [one for one in (more.overrides if more else ()) if one not in kept.overrides]
    said = (*kept.overrides, *trail(folder), *named)
    return apply(judged, said, policy)
