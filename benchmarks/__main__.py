"""All benchmarks, one after the other: `make bench`. Hours, mostly the peers' real training."""

import subprocess
import sys
import tempfile

from grader.assignment import load_assignment
from grader.assignment.data import find_data
from grader.records import AssetError

COMMANDS = (
    ("submissions", "--scale", "full"),
    ("overhead",),
    ("growth",),
    ("peers", "--count", "100"),
    ("agreement", "--slow", "cold", "--every", "4"),
    ("agreement", "--slow", "notebook"),
)
SCALES = ("full", "small")
"""Of the stand-in: what they need."""
USAGE = 2


def ended_well(name: str, *words: str) -> bool:
    """Run one, in a process of its own, so that none inherits another's memory."""
    print(f"\n## {' '.join((name, *words))}\n", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    return subprocess.run(command, check=False).returncode == 0


def main() -> int:
    """One that fails, or finds verdicts that differ, does not stop the others."""
    for scale in SCALES:
        try:
            find_data(load_assignment("horses-vs-humans"), scale)
        except AssetError as lack:
            print(f"{lack.message} Run `grader assets make --scale {scale}`.", file=sys.stderr)
            return USAGE
    sampled = load_assignment("horses-vs-humans").sample_class
    failed = [name for name, *words in COMMANDS if not ended_well(name, *words)]
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as runs:
        words = [
            "grade",
            *map(str, sampled),
            "--scale",
            "small",
            "--limit",
            "cell_s=60",
            "--out",
            runs,
        ]
        subprocess.run([sys.executable, "-m", "grader", *words], check=False)
        if not ended_well("rejudge", runs):
            failed.append("rejudge")
    if failed:
        print(f"not as hoped: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
