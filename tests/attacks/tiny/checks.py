"""What the two functions should have answered; known on the host alone."""

from __future__ import annotations

import random
from collections import Counter
from itertools import accumulate
from typing import Any

from grader.checks import *  # noqa: F403 - the TOML names ready-made checks too
from grader.checks import failed, ok_answer, passed
from grader.records import Evidence, Finding

RIGHT: dict[str, Any] = {
    "word_counts": lambda text: dict(Counter(text.split())),
    "running_sums": lambda numbers: list(accumulate(numbers)),
}


def ask_inputs(seed: int) -> dict[str, Any]:
    """Other numbers and words for every notebook."""
    dice = random.Random(seed)  # noqa: S311 - hidden, not secret
    return {
        "word_counts": [" ".join(dice.choices("abcdef", k=12)) for _ in range(3)],
        "running_sums": [[dice.randint(1, 10**6) for _ in range(5)] for _ in range(3)],
    }


def answers_right(evidence: Evidence, *, function: str) -> Finding:
    """Every answer to the hidden inputs is exactly the right one."""
    seen = ok_answer(evidence, (function,)).value
    expected = [RIGHT[function](one) for one in evidence.asked[function]]
    if type(seen) is list and seen == expected:
        return passed(f"`{function}` answers everything right.")
    return failed(f"`{function}` answers wrong.", seen=repr(seen)[:200])
