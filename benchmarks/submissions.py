"""Seconds per submission and the time by stage: `python -m benchmarks.submissions [--count N]`.

Grades copies of the reference solution that differ in text but not in meaning (every one is run,
only the first is trained), through the command that an instructor uses, cold and then warm, and
judges them again. Prints Markdown tables for `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path

from benchmarks.measuring import ROOT, timed

SOLUTION = ROOT / "reference" / "horses-vs-humans" / "solution.ipynb"


def copies(folder: Path, count: int) -> None:
    """Notebooks that differ in a comment: distinct submissions, one model."""
    original = json.loads(SOLUTION.read_text())
    for number in range(count):
        changed = json.loads(json.dumps(original))
        code = next(cell for cell in changed["cells"] if cell["cell_type"] == "code")
        code["source"] = f"# copy {number}\n" + "".join(code["source"])
        (folder / f"copy-{number:03}.ipynb").write_text(json.dumps(changed))


def stages(out: Path) -> dict[str, float]:
    """Mean seconds by stage over all submissions below `out`."""
    found = [json.loads(path.read_text())["stages"] for path in out.rglob("run.json")]
    names = dict.fromkeys(name for one in found for name in one)
    return {name: sum(one.get(name, 0.0) for one in found) / len(found) for name in names}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--scale", default="small")
    count, scale = (chosen := parser.parse_args()).count, chosen.scale
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        (folder / "in").mkdir()
        copies(folder / "in", count)
        out = folder / "out"
        wall, cpu, _ = timed("grade", str(folder / "in"), "--out", str(out), "--scale", scale)
        table = stages(out)
        runs = [json.loads(path.read_text()) for path in out.rglob("run.json")]
        memory = max(run["memory_mb"] for run in runs)
        again, _, _ = timed("grade", str(folder / "in"), "--out", str(out), "--scale", scale)
        judged, _, _ = timed("judge", str(out))
    print(f"{count} submissions, scale {scale}, {os.cpu_count()} cores, {platform.machine()}\n")
    print("| what | seconds |\n|---|---|")
    print(f"| a submission, wall | {wall / count:.1f} |")
    print(f"| a submission, CPU of the grader's own process tree | {cpu / count:.1f} |")
    print(f"| the same batch again, nothing to do, whole | {again:.1f} |")
    print(f"| judging all again, whole | {judged:.1f} |")
    print(f"\nPeak memory of a run: {memory:.0f} MB\n")
    print("| stage, mean of a submission | seconds |\n|---|---|")
    for stage, seconds in table.items():
        print(f"| {stage} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
