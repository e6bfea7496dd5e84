"""One `grader` command, measured from outside: wall, processor, memory of its whole tree."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psutil

from grader.records import Cache

ROOT = Path(__file__).parent.parent
LOOK_S = 1.0
"""Looking at the memory of every process costs: four times a second it took 13 % of a core."""


@dataclass
class Cost:
    """Of one command. `cpu_s` counts every process seen, as long as it was seen."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    host_mb: float = 0.0
    """Peak of the first process."""
    tree_mb: float = 0.0
    """Peak of the proportional memory of all processes."""
    out: str = ""
    code: int = 0
    _seen: dict[tuple[int, float], float] = field(default_factory=dict)

    def look(self, root: psutil.Process) -> None:
        total = 0.0
        for process in (root, *root.children(recursive=True)):
            try:
                times = process.cpu_times()
                self._seen[process.pid, process.create_time()] = times.user + times.system
                memory = process.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
            total += memory
            if process == root:
                self.host_mb = max(self.host_mb, process.memory_info().rss / 1e6)
        self.tree_mb = max(self.tree_mb, total)
        self.cpu_s = sum(self._seen.values())


def measured(words: list[str], home: Path | None = None, log: Path | None = None) -> Cost:
    """Run a command and watch it; raises SystemExit when it fails."""
    cost = Cost()
    environment = {**os.environ, **({"GRADER_HOME": str(home)} if home else {})}
    target = log or Path(os.devnull)
    began = time.perf_counter()
    with target.open("wb") as console:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=console, stderr=console)
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                cost.look(watched)
            except psutil.Error:
                break
            time.sleep(LOOK_S)
    cost.code = process.wait()
    cost.wall_s = time.perf_counter() - began
    return cost


def grader(*words: str, home: Path | None = None, log: Path | None = None) -> Cost:
    """`grader …` by this interpreter."""
    cost = measured([sys.executable, "-m", "grader", *words], home, log)
    if cost.code not in (0, 1):
        raise SystemExit(f"grader {words[0]} ended with {cost.code}; see {log}")
    return cost


class Timed(NamedTuple):
    """Of one command, as the kernel counts it when it has ended; needs no looking meanwhile."""

    wall_s: float
    cpu_s: float
    """With its children."""
    peak_mb: float
    """Of its largest process, or of a larger one that was timed before."""


def timed(*words: str) -> Timed:
    """`grader …` by this interpreter; raises SystemExit when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "grader", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"grader {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timed(seconds, cpu, after.ru_maxrss / 1024)


def empty_home(folder: Path) -> Path:
    """A home with the real one's assets and nothing in its cache: a cold start."""
    real = Cache.default().root.parent / "assets"
    folder.mkdir(parents=True)
    (folder / "assets").symlink_to(real)
    return folder
