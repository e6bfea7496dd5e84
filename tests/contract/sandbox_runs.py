"""Running small programs in a tier, for the contract and the attacks."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forking import REAL_TIERS, tier

from grader.records import Limits
from grader.sandbox import Exit, Job, Mount, Sandbox, run_job

__all__ = ["REAL_TIERS", "tier"]
SMALL = Limits(
    wall_s=20, cpu_s=15, memory_mb=200, processes=48, threads=64, disk_mb=32, inodes=600,
    open_files=256, output_mb=2, file_mb=16,
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What is left of one run."""

    exit: Exit
    folder: Path

    @property
    def console(self) -> str:
        return (self.folder / "console.log").read_text("utf-8", "replace")

    def out(self, name: str) -> bytes:
        return (self.folder / "out" / name).read_bytes()

    def said(self) -> Any:
        """The JSON that the program left in out/said.json."""
        assert self.exit.status == "finished", (self.exit, self.console)
        return json.loads(self.out("said.json"))


PRELUDE = """
import json, os, sys, time, ctypes, socket, signal, subprocess, threading, errno
OUT = os.environ["GRADER_OUT"]
def say(value):
    with open(OUT + "/said.json", "w") as stream: json.dump(value, stream)
def attempt(action, *arguments):
    try: return ["done", repr(action(*arguments))[:200]]
    except BaseException as problem: return ["refused", f"{type(problem).__name__}: {problem}"]
"""


def program(source: str) -> str:
    return PRELUDE + textwrap.dedent(source)


def job(
    source: str,
    folder: Path,
    *,
    limits: Limits = SMALL,
    mounts: tuple[Mount, ...] = (),
    arguments: tuple[str, ...] = (),
    **more: Any,
) -> Job:
    argv = ("{python}", "-I", "-c", program(source), *arguments)
    return Job(argv=argv, folder=folder, limits=limits, mounts=mounts, **more)


def ran(sandbox: Sandbox, source: str, folder: Path, **more: Any) -> Ran:
    """Run the program (see `PRELUDE` for what it may call) to its end."""
    return Ran(run_job(sandbox, job(source, folder, **more), timeout_s=90), folder)


def processes_saying(word: str) -> list[int]:
    """Pids whose command line contains `word`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
