"""A run that the host needs no longer: what it left is final at once, its processes go after it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sandbox_runs import REAL_TIERS, job, processes_saying, tier

from grader.sandbox import Exit, Running, supervised
from grader.sandbox.machine.runtime import GUARD

pytestmark = pytest.mark.sandbox
OWN_DISK = ("bubblewrap", "warm")
READY = """
    say("ready")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(os.environ["GRADER_SOCK"] + "/ready")
    while True: time.sleep(9)
"""
WRITING = {
    "a file": "kept = open('{disk}/open', 'w')",
    "a file without a name": "kept = open('{disk}/open', 'w'); os.unlink('{disk}/open')",
    "a read file without a name": """
open('{disk}/open', 'w').close(); kept = open('{disk}/open'); os.unlink('{disk}/open')""",
    "a mapping": """
with open('{disk}/open', 'w+b') as file:
    file.truncate(4096); kept = mmap.mmap(file.fileno(), 4096)""",
    "a file of another process": """
child = subprocess.Popen(["sh", "-c", "echo x; exec sleep 99"], stdout=open('{disk}/open', 'w'))
while not os.path.getsize('{disk}/open'): time.sleep(0.01)
kept = Killed(child)""",
}
"""What has to be waited for; `del kept` ends it."""
SEALING = """
import mmap, os, subprocess, sys, time
sys.path.insert(0, sys.argv[1])
from guard import kernel, stage
class Killed:
    def __init__(self, child): self.child = child
    def __del__(self): self.child.kill(); self.child.wait()
os.mkdir({disk!r})
stage._own_mounts()
kernel.mount("tmpfs", {disk!r}, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m")
order = {{"own_disk": True, "disk": {disk!r}}}
{before}
first = stage.seal(order)
del kept
second = stage.seal(order)
try: open({disk!r} + "/open", "w")
except OSError as problem: print(first, second, problem.errno)
"""


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What supervisors say at the end of runs."""
    said: list[dict[str, Any]] = []
    finish: Callable[..., Exit] = supervised.finish

    def noted(limits: Any, report: Any) -> Exit:
        said.append(report)
        return finish(limits, report)

    monkeypatch.setattr(supervised, "finish", noted)
    return said


def ended(name: str, folder: Path, before: str = "") -> tuple[Running, Exit]:
    """A run that is dismissed when it is ready."""
    running = tier(name).start(job(f"{before}\n{READY}", folder))
    wait_for((running.sock / "ready").exists)
    running.kill("")
    return running, running.wait(30)


@pytest.mark.parametrize("name", REAL_TIERS)
def test_what_was_left_is_there_at_once_and_the_rest_goes(
    name: str, tmp_path: Path, reports: list[dict[str, Any]]
) -> None:
    """Early only where a disk of the run's own can be closed."""
    word = f"dismissed-{name}"
    source = f"""
    print('printed before the end', flush=True)
    memory = bytearray(b'x') * (120 << 20)
    subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(99)", "{word}"])
    """
    running, exit = ended(name, tmp_path, source)
    assert (exit.status, exit.refused) == ("finished", ())
    assert exit.seconds > 0
    assert exit.memory_mb > 60  # some machines move idle memory out at once
    assert (tmp_path / "out" / "said.json").read_text() == '"ready"'
    assert (tmp_path / "console.log").read_text() == "printed before the end\n"
    assert bool(reports[-1].get("early")) == (name in OWN_DISK)
    wait_for(lambda: not processes_saying(word) and not running.sock.parent.exists())


@pytest.mark.parametrize("kept", WRITING.values(), ids=WRITING)
def test_a_disk_is_only_closed_when_nobody_can_write(kept: str, tmp_path: Path) -> None:
    """And then for good: the second time nothing is open."""
    tier("bubblewrap")  # where it works, its disk can be made
    disk = str(tmp_path / "disk")
    source = SEALING.format(disk=disk, before=kept.format(disk=disk))
    command = [sys.executable, "-I", "-c", source, str(GUARD.parent)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout == f"False True {errno.EROFS}\n", said.stderr


@pytest.mark.parametrize("name", OWN_DISK)
def test_a_writer_costs_nothing_but_time(name: str, tmp_path: Path) -> None:
    """Where the disk cannot be closed the dead are waited for; what was flushed is kept."""
    writer = "kept = open(OUT + '/open', 'w'); kept.write('half'); kept.flush()"
    _, exit = ended(name, tmp_path, "    " + writer)
    assert (exit.status, exit.refused) == ("finished", ())
    assert (tmp_path / "out" / "open").read_text() == "half"


@pytest.mark.parametrize("name", OWN_DISK)
def test_only_the_host_can_make_it_early(
    name: str, tmp_path: Path, reports: list[dict[str, Any]]
) -> None:
    """A run that ends itself, or is ended by a limit, is waited for."""
    running = tier(name).start(job("say('ready')", tmp_path / "itself"))
    assert running.wait(30).status == "finished"
    running = tier(name).start(job(READY, tmp_path / "limit"))
    time.sleep(0.5)
    running.kill("cell_s")
    assert running.wait(30).status == "timeout"
    assert [report.get("early") for report in reports[-2:]] == [None, None]


@pytest.mark.parametrize("name", OWN_DISK)
def test_a_killed_supervisor_takes_its_run_with_it(name: str, tmp_path: Path) -> None:
    """Children and all, where pids are the sandbox's own; and what was left is no result."""
    word = f"supervised-{name}"
    source = f"""
    subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(99)", "{word}"])
    {READY}"""
    running = tier(name).start(job(source, tmp_path))
    assert isinstance(running, supervised.SupervisedRunning)
    wait_for(lambda: bool((running.sock / "ready").exists() and processes_saying(word)))
    os.kill(running._process.pid, signal.SIGKILL)
    exit = running.wait(30)
    assert (exit.status, exit.party) == ("died", "ours")
    wait_for(lambda: not processes_saying(word))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
