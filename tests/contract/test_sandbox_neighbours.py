"""What the real tiers promise of neighbours: a grader that dies, and another run beside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, job, processes_saying, program, ran, tier

from grader.sandbox import Limits, Sandbox

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=REAL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


def test_the_host_may_die(sandbox: Sandbox, tmp_path: Path) -> None:
    """When the grader is killed, what it was running ends and is cleared away."""
    word = f"orphan-{os.getpid()}-{sandbox.name}"
    script = (
        "import sys; from pathlib import Path; from grader.sandbox import *\n"
        "job = Job(argv=('{python}', '-I', '-c', sys.argv[2], sys.argv[3]),"
        " folder=Path(sys.argv[4]))\n"
        "running = choose(sys.argv[1]).start(job); print(running.sock, flush=True); running.wait()"
    )
    words = [sys.executable, "-c", script, sandbox.name, program("time.sleep(99)"), word]
    host = subprocess.Popen([*words, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True)
    assert host.stdout
    sock = Path(host.stdout.readline().strip())
    assert len(processes_saying(word)) >= 2
    host.send_signal(signal.SIGKILL)
    host.wait()
    host.stdout.close()
    for _ in range(100):
        if not processes_saying(word) and not sock.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"still there: {processes_saying(word)} {sock.exists()}")


def test_two_runs_do_not_see_each_other(sandbox: Sandbox, tmp_path: Path) -> None:
    """Neither files nor processes nor sockets of a neighbour can be touched."""
    neighbour = sandbox.start(job("open('mine', 'w').write('x'); time.sleep(6)", tmp_path / "a"))
    try:
        time.sleep(0.4)
        pids = [str(pid) for pid in processes_saying(str(neighbour.path("out")))] or ["1"]
        source = """
            place = sys.argv[1]
            say([attempt(os.listdir, place), attempt(lambda: open(place + "/x", "w")),
                 *[attempt(os.kill, int(pid), 0) for pid in sys.argv[2:]]])
        """
        where = str(neighbour.sock)
        said = ran(sandbox, source, tmp_path / "b", arguments=(where, *pids)).said()
        assert [word for word, _ in said[:2]] == ["refused"] * 2
    finally:
        neighbour.kill("")
        assert neighbour.wait(20).status == "finished"


def test_limits_must_be_positive() -> None:
    """A limit of nothing, or less, is a mistake of ours."""
    with pytest.raises(ValueError, match="greater than 0"):
        Limits(memory_mb=0)
