"""A command that is told to end, as service managers, containers and queues do it, leaves nothing
running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from own_data import MADE, write_assignment

PROGRAM = """
import pathlib, time
pathlib.Path("{started}").touch()
time.sleep(300)
"""

pytestmark = pytest.mark.slow


def test_a_command_ends_with_what_it_started(tmp_path: Path) -> None:
    """As by Ctrl-C: one line and exit status 130, no stack; its program is gone too."""
    started = tmp_path / "started"
    folder = write_assignment(tmp_path / "assignments", MADE)
    (folder / "stand_in" / "make.py").write_text(PROGRAM.format(started=started))
    command = [sys.executable, "-m", "grader", "assets", "make", "-a", str(folder)]
    with subprocess.Popen(
        command,
        env={**os.environ, "GRADER_HOME": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not started.exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.startswith("Interrupted.")
    assert below
    _, left = psutil.wait_procs(below, timeout=60)
    assert not left


THREAD = """
import threading, time
from grader.cli import app
def interrupted():
    threading.Thread(target=time.sleep, args=(300,)).start()
    print("so far")
    raise SystemExit(130)
app.app = interrupted
app.main()
"""


def test_nobody_waits_for_a_thread_after_ctrl_c() -> None:
    """It may wait for a whole run; the sandbox of it ends with the process."""
    done = subprocess.run(
        [sys.executable, "-c", THREAD], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (130, "so far\n")
