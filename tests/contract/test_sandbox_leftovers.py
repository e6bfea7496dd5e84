"""What a run leaves: honest files, and of everything else nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox_runs import REAL_TIERS, job, processes_saying, program, ran, tier

from grader.sandbox import Sandbox

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=REAL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return tier(request.param)


def test_nothing_is_left_behind(sandbox: Sandbox, tmp_path: Path) -> None:
    """Daemons, their files and shared memory are gone when `wait` returns."""
    word = f"left-behind-{os.getpid()}-{sandbox.name}"
    source = f"""
        deep = os.environ["GRADER_WORK"]
        for _ in range(400):
            deep += "/d"
            if len(deep) < 3000: os.mkdir(deep)
        for ignored in (signal.SIGHUP, signal.SIGTERM): signal.signal(ignored, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-I", "-S", "-c",
            "import time, os\\nif os.fork(): os._exit(0)\\nos.setsid()\\ntime.sleep(99)", "{word}"],
            start_new_session=True)
        time.sleep(0.5)
        for place in ("/dev/shm", os.environ["GRADER_SOCK"], os.environ["GRADER_WORK"]):
            try: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).bind(place + "/{word}")
            except OSError: pass
        import fcntl
        fcntl.flock(open("locked", "w"), fcntl.LOCK_EX)
        os.makedirs("closed/x"); os.chmod("closed/x", 0); os.chmod("closed", 0)
        say("away")
    """
    running = sandbox.start(job(source, tmp_path))
    scratch = running.sock.parent  # others may be making theirs beside it
    assert running.wait(60).status == "finished"
    assert (tmp_path / "out" / "said.json").read_text() == '"away"'
    assert processes_saying(word) == []
    assert not scratch.exists()
    assert not [path for path in Path("/dev/shm").iterdir() if word in path.name]
    assert not [line for line in Path("/proc/net/unix").read_text().splitlines() if word in line]
    assert not [
        line for line in Path("/proc/mounts").read_text().splitlines() if str(scratch) in line
    ]


def test_hostile_output_is_left_behind(sandbox: Sandbox, tmp_path: Path) -> None:
    """Links, sockets, odd names and huge files stay inside; honest files come out."""
    source = """
        os.chdir(OUT)
        os.symlink("/etc/passwd", "link"); open("first", "w").close(); os.link("first", "second")
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM); server.bind("socket")
        open("odd name\\n", "w").close(); open(b"\\xff\\xfe", "w").close()
        open(".hidden", "w").close()
        with open("sparse", "wb") as stream: stream.truncate(15 << 20)
        with open("sparse2", "wb") as stream: stream.truncate(15 << 20)
        with open("sparse3", "wb") as stream: stream.truncate(15 << 20)
        os.makedirs("a/b/c/d/e/f"); open("a/ok", "w").write("fine")
        say("done")
    """
    run_ = ran(sandbox, source, tmp_path)
    assert run_.exit.status == "finished"
    kept = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*")}
    assert kept - {"a", "a/b", "a/b/c", "a/b/c/d"} <= {"a/ok", "said.json", "sparse", "sparse2"}
    assert (tmp_path / "out" / "a" / "ok").read_text() == "fine"
    assert len(run_.exit.refused) >= 6


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
