"""What a sandbox costs over a bare process: `python -m benchmarks.sandbox [--count N]`.

Starts the same small Python program bare and in each tier that works here, in turns, so that a busy
moment of the machine hits all alike. Prints a Markdown table for `docs/benchmarks.md`: medians, and
what a tier adds to the bare process of the same round, by the clock and in processor time.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from grader.records import GraderError
from grader.sandbox import Job, Sandbox, choose, run_job

PROGRAM = ("-I", "-c", "pass")
TIERS = ("bubblewrap", "landlock")


def bare() -> None:
    """The program as a plain child of this process."""
    subprocess.run([sys.executable, *PROGRAM], check=True)


def boxed(tier: Sandbox) -> Callable[[], None]:
    """The program in a sandbox, from the call to the end of copy-out."""

    def start() -> None:
        with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
            ended = run_job(tier, Job(argv=("{python}", *PROGRAM), folder=Path(folder)))
        if ended.status != "finished" or ended.exit_code:
            raise SystemExit(f"{tier.name}: {ended.message or ended.status}")

    return start


def spent(action: Callable[[], None]) -> tuple[float, float]:
    """(wall, processor) seconds of one call, its processes included."""
    started, before = time.perf_counter(), processor()
    action()
    return time.perf_counter() - started, processor() - before


def processor() -> float:
    """Of this process and of those that it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    count = parser.parse_args().count
    actions: dict[str, Callable[[], None]] = {"bare process": bare}
    for name in TIERS:
        try:
            actions[name] = boxed(choose(name))
        except GraderError as problem:
            print(f"{name} does not work here: {problem}\n")
    rounds = [{name: spent(action) for name, action in actions.items()} for _ in range(count + 1)]
    rounds = rounds[1:]  # the first one fills the caches of the disk
    print(
        "| start, run and end of `python -c pass` | median ms | added ms | added ms of processor |"
    )
    print("|---|---|---|---|")
    for name in actions:
        whole = median(one[name][0] for one in rounds) * 1000
        added = [
            median(one[name][part] - one["bare process"][part] for one in rounds) * 1000
            for part in (0, 1)
        ]
        print(f"| {name} | {whole:.0f} | {added[0]:.0f} | {added[1]:.0f} |")


if __name__ == "__main__":
    main()
