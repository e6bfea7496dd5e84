"""Ours against the engines under other graders, on the same notebooks, in the same run:

    python -m benchmarks.peers [--count 4] [--engines nbclient papermill nbgrader] [--peer-runs 1]
        [--epochs 0 10] [--classes code text]

Class: `--count` notebooks of the reference solution with a third as many distinct models, data of
the full size; all distinct in their code, so that each one is run, or (`text`) in a comment only,
so that those with one model share a run, as students do who fill a blank alike. Ours grades all
of them, from an empty cache, and once more with trainings and features in the cache but no runs.
Each engine runs the first `--peer-runs` of them as it would for a grader: from top to bottom,
training and all, outside of any sandbox (they are our own notebooks). How long that takes hangs on
how long a notebook trains: `--epochs` 0 lets its own callback end it, which the stand-in's easy
images do soon; 10 are what a notebook of this assignment needed on real images. Ours costs the
same for both, as it trains by the recipe. Nothing is extrapolated: the table says how many
notebooks each figure stands for, and an engine that was ended after `--most-seconds` is marked so.
The engines are installed into an environment of their own; their kernels are ours.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.classes import OWN, make
from benchmarks.measuring import Cost, empty_home, grader
from grader import assignment
from grader.assignment import data as assets

ROOT = Path(__file__).parent.parent
ENGINES = ("nbclient", "papermill", "nbgrader")
PINS = ("nbclient>=0.10,<1", "papermill>=2.6,<3", "nbgrader>=0.9,<1", "ipykernel")
KERNEL = "grader-bench"
ASSIGNMENT = "horses-vs-humans"


def environment(place: Path) -> Path:
    """The `bin` of an environment with the engines; made once."""
    if not (place / "bin" / "papermill").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-qq", *PINS]
        subprocess.run(pip, check=True)
    spec = place / "share" / "jupyter" / "kernels" / KERNEL
    spec.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": KERNEL, "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(told))
    return place / "bin"


def laid_out(folder: Path, notebook: Path, store: assets.AssetStore) -> Path:
    """The notebook, with the paths of the data in its text: nbgrader copies no large folders."""
    folder.mkdir(parents=True)
    known = assignment.load_assignment(ASSIGNMENT)
    for name in known.modules:
        shutil.copyfile(known.folder / name, folder / name)
    text = notebook.read_text()
    for name, place in known.data.links.items():
        text = text.replace(f"./{name}", place.replace("{data}", str(store.student)))
    content = json.loads(text)
    content["metadata"] = {"kernelspec": {"name": KERNEL, "display_name": KERNEL}}
    target = folder / notebook.name
    target.write_text(json.dumps(content))
    return target


def command(engine: str, tools: Path, notebook: Path) -> list[str]:
    """How that engine runs one notebook."""
    if engine == "nbclient":
        return [str(tools / "jupyter-execute"), "--timeout=-1", str(notebook)]
    if engine == "papermill":
        done = notebook.with_name("done.ipynb")
        return [str(tools / "papermill"), str(notebook), str(done), "-k", KERNEL]
    course = notebook.parent
    inner = course / "submitted" / "student" / "hw"
    source = course / "source" / "hw"
    for place in (inner, source):
        shutil.copytree(course, place, symlinks=True,
                        ignore=shutil.ignore_patterns("submitted", "source"))  # fmt: skip
    said = [f"--CourseDirectory.root={course}"]
    run = [str(tools / "nbgrader"), "generate_assignment", "hw", *said, "--force",
           "--create", "--IncludeHeaderFooter.header="]  # fmt: skip
    subprocess.run(run, check=True, capture_output=True, cwd=course, env=_with(tools))
    return [str(tools / "nbgrader"), "autograde", "hw", *said, "--create",
            "--ExecutePreprocessor.timeout=-1"]  # fmt: skip


def _with(tools: Path) -> dict[str, str]:
    """The engines call programs of theirs by name."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    return {**os.environ, **quiet, "PATH": f"{tools}:{os.environ['PATH']}"}


def engine_cost(words: list[str], folder: Path, most: float) -> tuple[Cost, bool]:
    """(cost, whether it came to its end)."""
    cost, began = Cost(), time.perf_counter()
    plain = _with(Path(words[0]).parent)
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, env=plain, stdout=log, stderr=log)
        watched = psutil.Process(process.pid)
        while process.poll() is None and time.perf_counter() - began < most:
            cost.look(watched)
            time.sleep(0.5)
        finished = process.poll() is not None
        if not finished:
            for one in (*watched.children(recursive=True), watched):
                one.kill()
        cost.code = process.wait()
    cost.wall_s = time.perf_counter() - began
    if finished and cost.code:
        raise SystemExit((folder / "engine.log").read_text()[-2000:])
    return cost, finished


class Peer:
    """One engine on notebooks that train for so many epochs."""

    def __init__(self, engine: str, tools: Path, place: Path, epochs: int) -> None:
        self.engine, self.tools, self.place, self.epochs = engine, tools, place, epochs
        self.name = f"{engine}, {f'{epochs} epochs' if epochs else 'until its callback'}"

    def over(self, count: int, store: assets.AssetStore, most: float) -> tuple[Cost, str]:
        """(cost of `count` notebooks together, what is to be said of it first)."""
        total, said_first = Cost(), ""
        for number, notebook in enumerate(make(self.place / "in", count, 1, self.epochs)):
            folder = self.place / f"{number}"
            words = command(self.engine, self.tools, laid_out(folder, notebook, store))
            cost, finished = engine_cost(words, folder, most)
            total.wall_s += cost.wall_s
            total.cpu_s += cost.cpu_s
            total.host_mb = max(total.host_mb, cost.host_mb)
            total.tree_mb = max(total.tree_mb, cost.tree_mb)
            if not finished:
                said_first = "ended by us before it was done; at least "
        return total, said_first


def graded_class(place: Path, own: str, count: int, scale: str) -> Iterator[tuple[str, Cost, str]]:
    """(temperature of the cache, cost of the whole class, its points)."""
    make(place / "in", count, max(1, count // 3), own=own)
    home = empty_home(place / "home")
    for what in ("empty cache", "warm"):
        shutil.rmtree(home / "cache" / "runs", ignore_errors=True)
        out = place / what.replace(" ", "-")
        words = ["grade", str(place / "in"), "--out", str(out), "--scale", scale]
        cost = grader(*words, home=home, log=out.with_suffix(".log"))
        yield what, cost, said(out)


def said(out: Path) -> str:
    """The points that there were."""
    with next(out.rglob("grades.csv")).open(encoding="utf-8", newline="") as file:
        return "points " + ", ".join(sorted({row["points"] for row in csv.DictReader(file)}))


def line(name: str, count: int, cost: Cost, remark: str = "") -> str:
    return (f"| {name} | {count} | {cost.wall_s / count:.1f} s | {cost.cpu_s / count:.1f} s "
            f"| {cost.host_mb:.0f} MB | {cost.tree_mb:.0f} MB | {remark} |")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--peer-runs", type=int, default=1)
    parser.add_argument("--most-seconds", type=float, default=3600)
    parser.add_argument("--classes", nargs="+", default=list(OWN), choices=OWN)
    parser.add_argument("--epochs", type=int, nargs="+", default=[0, 10])
    parser.add_argument("--scale", default="full")
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache" / "grader-bench-peers")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.machine()}, scale {given.scale}, "
          f"load of the machine before: {os.getloadavg()[0]:.1f}\n")  # fmt: skip
    print("| engine | notebooks | a notebook | processor | first process | all | remark |")
    print("|---|---|---|---|---|---|---|", flush=True)
    store = assets.find_data(assignment.load_assignment(ASSIGNMENT), given.scale)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as root:
        place = Path(root)
        ours: list[Cost] = []
        for name in given.classes:
            for what, cost, told in graded_class(place / name, name, given.count, given.scale):
                ours.append(cost)
                print(line(f"ours, distinct {name}, {what}", given.count, cost, told), flush=True)
        tools = environment(given.tools) if given.engines else Path()
        for engine, epochs in itertools.product(given.engines, given.epochs):
            peer = Peer(engine, tools, place / f"{engine}-{epochs}", epochs)
            cost, remark = peer.over(given.peer_runs, store, given.most_seconds)
            each = cost.wall_s / given.peer_runs
            ratios = [f"{each / (one.wall_s / given.count):.0f}" for one in ours]
            remark += f"{', '.join(ratios)} times ours"
            print(line(peer.name, given.peer_runs, cost, remark), flush=True)


if __name__ == "__main__":
    main()
