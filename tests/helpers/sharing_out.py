"""How tests are shared out among workers: `make test` has one for each of two cores."""

from __future__ import annotations

import re

from forking import REAL_TIERS
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ONE_CLASS = ("tests/reference/test_cases.py", "tests/reference/test_selfcheck_cases.py")
"""They share the graded class of an assignment: it is graded once for both."""
_ASSIGNMENT = re.compile(r"\[([a-z0-9-]+)[/\]]")
"""Tests of these files are for one assignment, or for one of its cases: `[slug]`, `[slug/name]`."""
TIERED = "tests/attacks/"
"""Its files grade a class on each tier."""
SECONDS = {
    "tests/reference/test_cases.py horses-vs-humans": 750,
    "tests/reference/test_notebook_training.py": 300,
    "tests/reference/test_cases.py cats-v-dogs": 280,
    "tests/attacks/test_attacks_user.py landlock": 100,
    "tests/pipeline/test_cluster_machines.py": 60,
    "tests/assignment/data/test_stand_in.py": 40,
    "tests/attacks/test_attacks_user.py bubblewrap": 100,
    "tests/inside/measuring/test_rebuilding.py": 80,
    "tests/pipeline/test_hook_trees.py": 80,
    "tests/contract/test_sandbox_user.py": 70,
    "tests/attacks/test_attacks.py": 60,
    "tests/reference/test_cases.py digits-cnn": 50,
    "tests/audit/test_audit.py": 30,
    "tests/attacks/test_attacks_user.py warm": 40,
    **{
        f"tests/attacks/{file}.py {tier}": seconds
        for file, seconds in (
            ("test_keras_attacks", 30),
            ("test_attacks", 35),
            ("test_tampering", 30),
            ("test_injection", 15),
        )
        for tier in REAL_TIERS
    },
}
"""Groups that take longest, and about how long on a quiet machine (`--durations=0`)."""
_TIER = re.compile(rf"\[.*\b({'|'.join(REAL_TIERS)})\b")


def group_of(test: str) -> str:
    """Tests of a file stay together, as most share what the first of them made."""
    file, _, name = test.partition("::")
    if file in ONE_CLASS:
        assignment = _ASSIGNMENT.search(name)
        return f"{ONE_CLASS[0]} {assignment[1]}" if assignment else ONE_CLASS[0]
    tier = _TIER.search(name) if file.startswith(TIERED) else None
    return f"{file} {tier[1]}" if tier else file


class Sharing(LoadScopeScheduling):
    """A worker gets a whole group. Not by xdist's own marks: pytest 9.2 silently ignores the names
    that xdist 3.8 gives to marked tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        """The longest first, so that the workers end together."""
        longest = max(self.workqueue, key=lambda group: SECONDS.get(group, 0))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)
