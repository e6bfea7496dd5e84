"""Fuzz every reader of strangers' bytes: `python -m benchmarks.fuzz [--seconds N] [--seed N]`.

The targets are those of `tests/fuzz`, in turns, each with new inputs every time. Prints a Markdown
table for `docs/benchmarks.md`; the exit status is 1 when anything but a declared error came out.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent / "tests"
ROUND = 100
"""Inputs of one target before it is the next one's turn."""


def counted(run: Callable[[Any], Any], tried: dict[str, int], name: str) -> Callable[[Any], None]:
    """The target's function, which also counts its inputs."""

    def once(value: Any) -> None:
        tried[name] += 1
        run(value)

    return once


def main() -> int:
    """Fuzz until the time is up; say what was found."""
    sys.path[:0] = [str(TESTS / "helpers"), str(TESTS / "fuzz")]
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415
    from targets import TARGETS  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    calm = settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    tried = dict.fromkeys(TARGETS, 0)
    crashes: dict[str, int] = dict.fromkeys(TARGETS, 0)
    ends, number = time.monotonic() + told.seconds, told.seed
    while time.monotonic() < ends:
        for name, target in TARGETS.items():
            number += 1
            try:
                calm(seed(number)(given(target.inputs)(counted(target.run, tried, name))))()
            except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
                crashes[name] += 1
                print(f"--- {name}, seed {number}\n{traceback.format_exc()[-3000:]}")
    print(f"{told.seconds:.0f} s, from seed {told.seed}\n")
    print("| reader | inputs | crashes |\n|---|---|---|")
    for name in TARGETS:
        print(f"| {name} | {tried[name]:,} | {crashes[name]} |")
    return int(any(crashes.values()))


if __name__ == "__main__":
    raise SystemExit(main())
