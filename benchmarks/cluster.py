"""Many machines: `python -m benchmarks.cluster equal|speed|kills|overhead|cut [--count N]`.

equal     the same class alone and on two workers: grades that differ in more than times and places
speed     a class of distinct code, warm, on one worker and on two, a core each; then without a
          cluster, one run at once and two: what a second core of this machine is worth
kills     a worker is killed (`kill -9`) every 20 seconds through a batch
overhead  recorded runs on 16 worker processes: seconds a unit and memory of the client
cut       two network namespaces, the link of one cut in the middle of a batch and put back (root)

All but `overhead` grade *Handwritten digits* for real: they need its data and a sandbox.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "reference" / "digits-cnn" / "solution.ipynb"
GRADER = [sys.executable, "-m", "grader"]
PORT = 18786
TIMES = {"seconds", "cpu_seconds", "memory_mb", "worker", "stages", "graded_at"}
"""What may differ between two runs of the same notebook, wherever it stands in a grade."""
SPACES = {"a": "10.77.0.1", "b": "10.77.0.2"}


def make_class(folder: Path, count: int) -> Path:
    """Notebooks that all differ in their code, with one model."""
    folder.mkdir(parents=True)
    notebook = json.loads(SOLUTION.read_text())
    for number in range(count):
        own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
               "source": f"own_number = {number}", "id": f"own{number}"}  # fmt: skip
        changed = {**notebook, "cells": [own, *notebook["cells"]]}
        (folder / f"student{number:05}.ipynb").write_text(json.dumps(changed))
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """Data of this machine, and a cache of its own."""
    own = Path(os.environ["GRADER_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "assets").exists():
        (home / "assets").symlink_to(own / "assets")
    return {**os.environ, "GRADER_HOME": str(home), **more}


def grade(folder: Path, out: Path, env: dict[str, str], *words: str) -> float:
    """Seconds of the command."""
    began = time.monotonic()
    command = [*GRADER, "grade", str(folder), "--out", str(out), "-a", "digits-cnn", *words]
    subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def grades(out: Path) -> dict[str, Any]:
    """Submission → its grade, without what two runs of one notebook differ in."""
    return {path.parents[1].name: _plain(json.loads(path.read_text()))
            for path in out.glob("*/*/*/grade.json")}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _plain(inner) for name, inner in value.items() if name not in TIMES}
        kept.pop("provenance", None)
        return kept
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def graded(out: Path) -> int:
    """How many have an attempt that counts."""
    return len(list(out.glob("*/*/current")))


def held(out: Path) -> int:
    return sum(grade["held"] for grade in grades(out).values())


@contextlib.contextmanager
def scheduler(certificates: Path, *prefix: str, host: str = "127.0.0.1") -> Iterator[str]:
    """Its address, while it runs."""
    words = ["cluster", "scheduler", "--host", host, "--port", str(PORT)]
    with _process([*prefix, *GRADER, *words, "--certificates", str(certificates)], os.environ):
        time.sleep(4)
        yield f"tls://{host}:{PORT}"


@contextlib.contextmanager
def _process(command: Sequence[str], env: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def worker(address: str, certificates: Path, env: Any, *prefix: str, runs: int = 1) -> Any:
    words = ["worker", address, "--certificates", str(certificates), "--runs", str(runs)]
    return _process([*prefix, *GRADER, *words], env)


def equal(count: int, work: Path) -> int:
    folder, out = make_class(work / "in", count), work / "out"
    for name in ("solution.ipynb", "template.ipynb"):
        shutil.copyfile(SOLUTION.with_name(name), folder / name)
    alone = grade(folder, out / "alone", environment(work / "home-alone"), "-j", "2")
    two = grade(folder, out / "two", environment(work / "home-two"), "--cluster", "local:2")
    first, second = grades(out / "alone"), grades(out / "two")
    differing = [name for name in first if first[name] != second.get(name)]
    print(f"{len(first)} alone ({alone:.0f} s), {len(second)} on two workers ({two:.0f} s), "
          f"{len(differing)} differ: {differing[:5]}")  # fmt: skip
    for name in differing[:2]:
        for key in first[name]:
            if first[name][key] != second.get(name, {}).get(key):
                print(name, key, first[name][key], second.get(name, {}).get(key), sep="\n  ")
    return int(bool(differing) or len(first) != count + 2)


def speed(count: int, work: Path) -> int:
    """Workers that stand ready, each on a core of its own, as machines would be."""
    folder, certificates = make_class(work / "in", count), _certificates(work)
    env, seconds = environment(work / "home"), {}
    for number in (1, 2):
        with contextlib.ExitStack() as stack:
            address = stack.enter_context(scheduler(certificates))
            for core in range(number):
                pinned = ("taskset", "-c", str(core))
                stack.enter_context(worker(address, certificates, env, *pinned))
            words = ["--cluster", address, "--certificates", str(certificates)]
            grade(make_class(work / f"warm{number}", 4), work / f"w{number}", env, *words)
            seconds[number] = grade(folder, work / f"out{number}", env, *words, "--force")
    print(f"{count} notebooks: {seconds[1]:.0f} s on one worker, {seconds[2]:.0f} s on two: "
          f"{seconds[1] / seconds[2]:.2f} times")  # fmt: skip
    for number in (1, 2):
        words = ["--jobs", str(number), "--force"]
        seconds[number] = grade(folder, work / f"here{number}", env, *words)
    print(f"Without a cluster: {seconds[1]:.0f} s one at once, {seconds[2]:.0f} s two: "
          f"{seconds[1] / seconds[2]:.2f} times")  # fmt: skip
    return 0


def kills(count: int, work: Path, every_s: float = 20.0) -> int:
    """One of two workers at random, the process that does the work, not its nanny."""
    folder, certificates = make_class(work / "in", count), _certificates(work)
    env, killed = environment(work / "home"), 0
    over = threading.Event()
    with (
        scheduler(certificates) as address,
        worker(address, certificates, env) as first,
        worker(address, certificates, env) as second,
    ):

        def kill() -> None:
            nonlocal killed
            while not over.wait(every_s):
                nanny = random.choice([first, second])  # noqa: S311
                for child in psutil.Process(nanny.pid).children():
                    if "spawn_main" in " ".join(child.cmdline()):
                        child.send_signal(signal.SIGKILL)
                        killed += 1

        threading.Thread(target=kill, daemon=True).start()
        words = ["--cluster", address, "--certificates", str(certificates)]
        seconds = grade(folder, work / "out", env, *words)
        over.set()
    done = len(grades(work / "out"))
    print(f"{done} of {count} graded in {seconds:.0f} s, {held(work / 'out')} held, "
          f"{killed} workers killed")  # fmt: skip
    return int(done != count or bool(held(work / "out")))


def overhead(count: int, work: Path, workers: int = 16) -> int:
    """Recorded runs: what is left is the way there and back, and the client's own work."""
    recording, certificates = work / "recorded", _certificates(work)
    (recording / "out").mkdir(parents=True)
    run = {"status": "finished", "seconds": 1.0, "memory_mb": 100.0}
    (recording / "run.json").write_text(json.dumps(run))
    (recording / "out" / "answers.json").write_text("{}")
    env = environment(work / "home", GRADER_SANDBOX=f"replay:{recording}")
    folder = make_class(work / "in", count)
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(scheduler(certificates))
        for _ in range(workers):
            stack.enter_context(worker(address, certificates, env))
        time.sleep(3.0 * workers)
        command = [*GRADER, "grade", str(folder), "--out", str(work / "out"), "-a", "digits-cnn"]
        command += ["--cluster", address, "--certificates", str(certificates)]
        client = psutil.Popen(command, env=env, stdout=subprocess.DEVNULL)
        _watch(client, work / "out", time.monotonic())
    return int(len(list((work / "out").glob("*/*/*/grade.json"))) != count)


def _watch(client: psutil.Popen, out: Path, began: float) -> None:
    """Every 15 seconds: how many are graded, processor seconds and memory of the client."""
    print(
        "| graded | seconds | processor seconds of the client | its memory, MB |\n|---|---|---|---|"
    )
    while client.poll() is None:
        with contextlib.suppress(psutil.Error):
            times, memory = client.cpu_times(), client.memory_info().rss / 1e6
            cells = [graded(out), time.monotonic() - began, times.user + times.system, memory]
            print("".join(f"| {cell:.1f} " for cell in cells) + "|", flush=True)
        time.sleep(15)


def cut(count: int, work: Path, apart_s: float = 60.0) -> int:
    """Scheduler, client and a worker in one namespace, a worker in the other."""
    folder, certificates = make_class(work / "in", count), _certificates(work)
    with _namespaces():
        inside = {name: ["ip", "netns", "exec", f"grader-{name}"] for name in SPACES}
        homes = {name: environment(work / f"home-{name}") for name in SPACES}
        with (
            scheduler(certificates, *inside["a"], host=SPACES["a"]) as address,
            worker(address, certificates, homes["a"], *inside["a"]),
            worker(address, certificates, homes["b"], *inside["b"]),
        ):
            command = [*inside["a"], *GRADER, "grade", str(folder), "--out", str(work / "out"),
                       "-a", "digits-cnn", "--cluster", address, "--certificates",
                       str(certificates)]  # fmt: skip
            client = subprocess.Popen(command, env=homes["a"])
            _until(lambda: graded(work / "out") >= count // 4, client)
            _link("b", "down")
            before, began = graded(work / "out"), time.monotonic()
            _until(lambda: time.monotonic() - began > apart_s, client)
            during = graded(work / "out")
            _link("b", "up")
            client.wait()
    done = grades(work / "out")
    print(f"{len(done)} of {count} graded, {held(work / 'out')} held; link cut at {before}, "
          f"put back at {during} after {apart_s:.0f} s")  # fmt: skip
    print(f"by worker: {_by_worker(work / 'out')}")
    return int(len(done) != count or bool(held(work / "out")))


def _by_worker(out: Path) -> dict[int, int]:
    workers = [json.loads(path.read_text())["run"]["worker"]
               for path in out.glob("*/*/*/grade.json")]  # fmt: skip
    return {number: workers.count(number) for number in sorted(set(workers))}


def _until(reached: Any, client: subprocess.Popen[bytes]) -> None:
    while client.poll() is None and not reached():
        time.sleep(0.5)


@contextlib.contextmanager
def _namespaces() -> Iterator[None]:
    """Two hosts with an address each, joined by a pair of virtual cards."""
    names = [f"grader-{name}" for name in SPACES]
    try:
        for name in names:
            _ip("netns", "add", name)
        _ip("link", "add", "grader-a", "netns", names[0], "type", "veth", "peer", "name",
            "grader-b", "netns", names[1])  # fmt: skip
        for name, address in SPACES.items():
            there = ("-n", f"grader-{name}")
            _ip(*there, "address", "add", f"{address}/24", "dev", f"grader-{name}")
            _ip(*there, "link", "set", "lo", "up")
            _ip(*there, "link", "set", f"grader-{name}", "up")
        yield
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False)


def _link(name: str, state: str) -> None:
    _ip("-n", f"grader-{name}", "link", "set", f"grader-{name}", state)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _certificates(work: Path) -> Path:
    folder = work / "certificates"
    command = [*GRADER, "cluster", "certificates", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


KINDS = {"equal": 10, "speed": 40, "kills": 100, "overhead": 10_000, "cut": 24}
"""Each with its usual number of notebooks."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--count", type=int)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as work:
        return int(globals()[wanted.kind](wanted.count or KINDS[wanted.kind], Path(work)))


if __name__ == "__main__":
    sys.exit(main())
