"""Hostile and honest submissions in one batch: `python -m benchmarks.hostile_batch [--count N]`.

Every other one is honest, the others are the attacks of `tests/attacks/cells` in turns, on the
small assignment without TensorFlow. Watches this process and the machine meanwhile, and prints a
Markdown table for `docs/benchmarks.md`; the exit status is 1 when a grade is lost or wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

TESTS = Path(__file__).parent.parent / "tests"
PERIOD_S = 0.5
WARM = 0.2
"""Share of the batch after which memory should no longer grow."""
GIVEN = 4
"""Points of the part that is right in every hostile notebook."""


class Watch(threading.Thread):
    """Memory, threads and descriptors of this process; sandboxes' processes and folders."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = psutil.Process()
        self.seen: list[tuple[float, int, int, int]] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(PERIOD_S):
            self.seen.append(self.look())

    def look(self) -> tuple[float, int, int, int]:
        """(MB, threads, descriptors, descendants)."""
        memory = self.own.memory_info().rss / 1e6
        children = len(self.own.children(recursive=True))
        return memory, self.own.num_threads(), self.own.num_fds(), children


def remembered() -> list[Path]:
    """The private folder of every sandbox that is started from now on."""
    from grader.sandbox import supervised  # noqa: PLC0415

    made: list[Path] = []

    def noted(shared: bool) -> Path:
        made.append(scratch_folder(shared))
        return made[-1]

    scratch_folder = supervised.scratch_folder
    supervised.scratch_folder = noted
    return made


def graded(folder: Path, count: int, jobs: int, tier: str) -> dict[str, Any]:
    """Grade them; what came of it."""
    from notebook_attacks import attacked, attacks, setting, solution, write  # noqa: PLC0415

    from grader.intake import Source  # noqa: PLC0415
    from grader.pipeline import all_for, grade_all  # noqa: PLC0415
    from grader.sandbox import choose  # noqa: PLC0415

    hostile = [*attacks("tampering"), *attacks("injection")]
    cells = {}
    for number in range(count):
        attack = hostile[number // 2 % len(hostile)]
        name = f"{number:03}-{attack.name if number % 2 else 'honest'}"
        made = attacked(attack) if number % 2 else solution(solved=True)
        cells[name] = [*made, f"# submission {number}"]
    (folder / "in").mkdir()
    sources = [
        Source(id=name, path=write(folder / "in" / f"{name}.ipynb", made), shown=name)
        for name, made in cells.items()
    ]
    chosen = setting(folder / "work", choose(tier))
    done = grade_all(all_for(chosen, sources), jobs=jobs)
    grades = {one.source.id: one.grade for one in done}
    honest = [grades.get(name) for name in cells if name.endswith("honest")]
    others = [grades.get(name) for name in cells if not name.endswith("honest")]
    return {
        "graded": sum(grade is not None for grade in grades.values()),
        "held": sum(grade is not None and grade.held for grade in grades.values()),
        "honest": len(honest),
        "right": sum(grade is not None and grade.points == grade.max_points for grade in honest),
        "earned nothing": sum(grade is not None and grade.points <= GIVEN for grade in others),
        "hostile": len(others),
        "tier": chosen.sandbox.name,
    }


def main() -> int:
    """Grade, watch, print."""
    sys.path[:0] = [str(TESTS / "helpers"), str(TESTS / "attacks")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tier", default="auto")
    told = parser.parse_args()
    folders, watch, started = remembered(), Watch(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        watch.start()
        found = graded(Path(name), told.count, told.jobs, told.tier)
        seconds = time.perf_counter() - started
        watch.over.set()
        watch.join()
    last, left = watch.look(), [place for place in folders if place.exists()]
    warm = watch.seen[int(WARM * len(watch.seen))]
    most = [max(one[part] for one in watch.seen) for part in range(4)]
    print(f"{told.count} submissions, tier {found['tier']}, {told.jobs} at once, {seconds:.0f} s\n")
    print("| what | figure |\n|---|---|")
    print(f"| graded, held | {found['graded']} of {told.count}, {found['held']} |")
    print(f"| honest with their right grade | {found['right']} of {found['honest']} |")
    print(f"| hostile that earned nothing | {found['earned nothing']} of {found['hostile']} |")
    memory = f"{warm[0]:.0f}, {most[0]:.0f}, {last[0]:.0f}"
    print(f"| memory of the host, MB: after a fifth, most, at the end | {memory} |")
    print(f"| its threads: most, at the end | {most[1]}, {last[1]} |")
    print(f"| its descriptors: after a fifth, most, at the end | {warm[2]}, {most[2]}, {last[2]} |")
    print(f"| processes below it: most, at the end | {most[3]}, {last[3]} |")
    print(f"| sandboxes started, of their folders left behind | {len(folders)}, {len(left)} |")
    good = found["graded"] == told.count and found["right"] == found["honest"]
    return int(not (good and found["earned nothing"] == found["hostile"]))


if __name__ == "__main__":
    raise SystemExit(main())
