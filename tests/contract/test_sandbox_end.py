"""A run that the host needs no longer, or whose supervisor is gone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, job, processes_saying, tier

from grader.sandbox import Exit, Running, supervised

pytestmark = pytest.mark.sandbox
OWN_DISK = ("bubblewrap", "warm")
READY = """
    say("ready")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(os.environ["GRADER_SOCK"] + "/ready")
    while True: time.sleep(9)
"""


def ended(name: str, folder: Path, before: str = "") -> tuple[Running, Exit]:
    """A run that is dismissed when it is ready."""
    running = tier(name).start(job(f"{before}\n{READY}", folder))
    wait_for((running.sock / "ready").exists)
    running.kill("")
    return running, running.wait(30)


@pytest.mark.parametrize("name", REAL_TIERS)
def test_what_was_left_is_there_and_the_rest_is_gone(name: str, tmp_path: Path) -> None:
    """Killed, waited for, copied out, told."""
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
    assert not processes_saying(word)
    assert not running.sock.parent.exists()


@pytest.mark.parametrize("name", OWN_DISK)
def test_a_file_that_is_still_open_is_kept(name: str, tmp_path: Path) -> None:
    """What was flushed of it."""
    writer = "kept = open(OUT + '/open', 'w'); kept.write('half'); kept.flush()"
    _, exit = ended(name, tmp_path, "    " + writer)
    assert (exit.status, exit.refused) == ("finished", ())
    assert (tmp_path / "out" / "open").read_text() == "half"


@pytest.mark.parametrize("name", OWN_DISK)
def test_a_run_that_is_not_dismissed(name: str, tmp_path: Path) -> None:
    """One that ends itself, one that is ended by a limit."""
    running = tier(name).start(job("say('ready')", tmp_path / "itself"))
    assert running.wait(30).status == "finished"
    running = tier(name).start(job(READY, tmp_path / "limit"))
    time.sleep(0.5)
    running.kill("cell_s")
    assert running.wait(30).status == "timeout"


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
