"""What a check says of itself, for the rubric to be vetted by before anything runs."""

from collections.abc import Callable
from typing import TypeVar

from grader.records import Finding

Check = TypeVar("Check", bound=Callable[..., Finding])


def may_show(*ids: str, given: str = "") -> Callable[[Check], Check]:
    """A decorator: misconceptions that the check may name. A rubric that asks the check has to have
    them. given: only where the criterion gives the check this argument."""

    def declare(check: Check) -> Check:
        vars(check).setdefault("may_show", {}).update(dict.fromkeys(ids, given))
        return check

    return declare


def claim(check: Check) -> Check:
    """A decorator: the check believes what the student's process says, so it never earns points."""
    vars(check)["is_claim"] = True
    return check
