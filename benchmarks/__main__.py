"""All benchmarks, one after the other: `make bench`. Hours, mostly the peers' real training."""

import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = (
    ("submissions", "--scale", "full"),
    ("growth",),
    ("peers", "--count", "100"),
    ("agreement", "--slow", "cold", "--every", "4"),
    ("agreement", "--slow", "notebook"),
)
CASES = Path(__file__).parent.parent / "reference" / "horses-vs-humans"


def main() -> None:
    """Each in a process of its own, so that none inherits the other's memory; one that fails, or
    finds verdicts that differ, does not stop the others."""
    failed = []
    for name, *words in COMMANDS:
        print(f"\n## {' '.join((name, *words))}\n", flush=True)
        ended = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], check=False)
        failed += [name] * bool(ended.returncode)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as runs:
        print("\n## rejudge\n", flush=True)
        sample = [sys.executable, str(CASES / "sample_class.py")]
        told = subprocess.run(sample, check=True, capture_output=True, text=True).stdout.split()
        words = ["grade", *told, "--scale", "small", "--limit", "cell_s=60", "--out", runs]
        subprocess.run([sys.executable, "-m", "grader.cli", *words], check=False)
        ended = subprocess.run([sys.executable, "-m", "benchmarks.rejudge", runs], check=False)
        failed += ["rejudge"] * bool(ended.returncode)
    sys.exit(f"not as hoped: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
