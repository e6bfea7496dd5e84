"""Judging stored submissions again: `python -m benchmarks.rejudge RUNS [--count 1000]`.

RUNS holds graded submissions (any few, of `grader grade`); they are copied until there are enough.
Judged once as they are, once after a change of the rubric (every grade and report is made anew).
Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader import assignment
from grader.store import attempts

ROOT = Path(__file__).parent.parent


def copied(runs: Path, target: Path, count: int) -> None:
    """`count` submissions out of those in `runs`, under new names."""
    found = list(attempts(runs))
    if not found:
        raise SystemExit(f"{runs} holds no graded submissions")
    for number in range(count):
        attempt = found[number % len(found)]
        place = target / f"copy-{number:05}"
        place.mkdir(parents=True)
        (place / "current").write_text(attempt.name)
        (place / attempt.name).mkdir()
        for name in ("evidence.json", "grade.json"):
            shutil.copyfile(attempt / name, place / attempt.name / name)


def timed(*words: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds with children, peak MB of a `grader` command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "grader.cli", *words], cwd=ROOT, check=False,
                          capture_output=True, text=True)  # fmt: skip
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss / 1024


def changed_rubric(target: Path) -> Path:
    """The assignment with other points."""
    slug = assignment.all_slugs()[0]
    folder = shutil.copytree(assignment.load(slug).folder, target / slug)
    toml = folder / "assignment.toml"
    text = toml.read_text()
    toml.write_text(re.sub(r"^title = \"", 'title = "Anew: ', text, count=1, flags=re.MULTILINE))
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        stored = Path(name) / "runs" / assignment.all_slugs()[0]
        copied(given.runs, stored, given.count)
        rubric = changed_rubric(Path(name))
        rows = [
            ("first time, all reports made", timed("judge", str(stored))),
            ("again, nothing has changed", timed("judge", str(stored))),
            ("after a change of the rubric", timed("judge", str(stored), "-a", str(rubric))),
        ]
    print(f"{given.count} submissions, {os.cpu_count()} cores\n")
    print("| judging again | wall | processor | peak of one process |\n|---|---|---|---|")
    for what, (wall, cpu, peak) in rows:
        print(f"| {what} | {wall:.1f} s | {cpu:.1f} s | {peak:.0f} MB |")


if __name__ == "__main__":
    main()
