"""What commands have in common: which assignment is meant, and how they end."""

from __future__ import annotations

from grader.assignment import Assignment, all_slugs, load_assignment
from grader.records import GraderError

GRADED, HELD, INTERRUPTED = 0, 1, 130
"""Exit statuses; 2 is a mistake in what was said on the command line."""


def find_assignment(named: str) -> Assignment:
    """The assignment that was named; without a name the only one there is."""
    if named:
        return load_assignment(named)
    slugs = all_slugs()
    if len(slugs) != 1:
        raise GraderError(
            f"There are {len(slugs)} assignments: {', '.join(slugs)}.",
            what_to_do="Say which with --assignment.",
        )
    return load_assignment(slugs[0])
