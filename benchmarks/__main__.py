"""All benchmarks, one after the other: `make bench`. Hours, mostly the peers' real training."""

import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = (
    ("submissions", "--scale", "full"),
    ("growth",),
    ("peers",),
)


def main() -> None:
    """Each in a process of its own, so that none inherits the other's memory."""
    for name, *words in COMMANDS:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], check=True)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as runs:
        notebook = Path(__file__).parent.parent / "reference" / "horses-vs-humans"
        words = ["grade", str(notebook / "solution.ipynb"), "--out", runs]
        subprocess.run([sys.executable, "-m", "grader.cli", *words], check=True)
        print("\n## rejudge\n", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks.rejudge", runs], check=True)


if __name__ == "__main__":
    main()
