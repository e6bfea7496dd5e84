"""Judging stored submissions again: `python -m benchmarks.rejudge RUNS [--count 1000]`.

RUNS holds graded submissions (any few, of `grader grade`); they are copied until there are enough,
each with a final model of its own, as if no two students had built the same (`--alike`: as they
are). Judged as they are, then after a change of the rubric's words, of the accuracy's threshold, of
what another check asks; but for the second row every report is made anew.

--pause: seconds before each row. ext4 does not use the number of a deleted file again for up to six
minutes and looks at all of them for each new file, so rows right after one another slow each other
down: each replaces thousands of files. TMPDIR says on which file system they are.

Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.measuring import Timed, timed
from grader import assignment
from grader.records import assignment_of, attempts, load_evidence, save_evidence


def of_one(runs: Path) -> tuple[str, list[Path]]:
    """The assignment that most submissions in `runs` are of, and their attempts."""
    found = list(attempts(runs))
    slugs = Counter(map(assignment_of, found))
    if not slugs:
        raise SystemExit(f"{runs} holds no graded submissions")
    slug = slugs.most_common(1)[0][0]
    return slug, [attempt for attempt in found if assignment_of(attempt) == slug]


def copied(found: list[Path], target: Path, count: int, *, alike: bool = True) -> None:
    """`count` submissions out of these attempts, under new names."""
    for number in range(count):
        attempt = found[number % len(found)]
        place = target / f"copy-{number:05}"
        place.mkdir(parents=True)
        (place / "current").write_text(attempt.name)
        (place / attempt.name).mkdir()
        for name in ("evidence.json", "grade.json"):
            shutil.copyfile(attempt / name, place / attempt.name / name)
        if not alike:
            own_model(place / attempt.name, number)


def own_model(attempt: Path, number: int) -> None:
    """A final model that no other copy has: what is known of another one's is of no use."""
    evidence = load_evidence(attempt)
    if evidence is None:
        raise SystemExit(f"{attempt} holds no evidence of this version")
    final = evidence.graphs.get("final")
    if final is not None:
        own = final.model_copy(update={"class_name": f"Model{number}"})
        graphs = {**evidence.graphs, "final": own}
        save_evidence(attempt, evidence.model_copy(update={"graphs": graphs}))


def changed_rubric(slug: str, target: Path, before: str, after: str) -> Path:
    """The assignment with another text of its rubric, wherever the first one stands."""
    folder = shutil.copytree(assignment.load_assignment(slug).folder, target / slug)
    toml = folder / "assignment.toml"
    text, count = re.subn(before, after, toml.read_text(), flags=re.MULTILINE)
    if not count:
        raise SystemExit(f"the rubric has no {before}")
    toml.write_text(text)
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--alike", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        slug, found = of_one(given.runs)
        stored = Path(name) / "runs" / slug
        copied(found, stored, given.count, alike=given.alike)
        words = changed_rubric(slug, Path(name) / "words", r'^title = "', 'title = "Anew: ')
        threshold = changed_rubric(
            slug, Path(name) / "t", r"threshold = 0.(\d+)", r"threshold = 0.\g<1>1"
        )
        asked = changed_rubric(
            slug, Path(name) / "asked", r"units = (\d+), act", r"units = \g<1>1, act"
        )

        def measured(*words: str) -> Timed:
            time.sleep(given.pause)
            return timed("judge", str(stored), *words)

        rows = [
            ("first time, all reports made", measured()),
            ("again, nothing has changed", measured()),
            ("after a change of the rubric's words", measured("-a", str(words))),
            ("after a change of the threshold", measured("-a", str(threshold))),
            ("after a change of what a check asks of the model", measured("-a", str(asked))),
        ]
    print(f"{given.count} submissions, {os.cpu_count()} cores\n")
    print("| judging again | wall | processor | peak of one process |\n|---|---|---|---|")
    for what, (wall, cpu, peak) in rows:
        print(f"| {what} | {wall:.1f} s | {cpu:.1f} s | {peak:.0f} MB |")


if __name__ == "__main__":
    main()
