"""The host's end of a supervised run: start the supervisor, hear of the start and of the exit."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from grader.records import SHORT, GraderError, Limits, SandboxError, make_scratch
from grader.sandbox.machine.runtime import GUARD
from grader.sandbox.machine.users import sandbox_uid
from grader.sandbox.outcome import finish
from grader.sandbox.seam import Exit, Job, Running

Starter = Callable[[dict[str, Any], IO[bytes]], Any]
"""Starts a supervisor, from its order and a file for its errors: anything that has `stdin`,
`stdout`, `wait` and `kill` of a Popen with both pipes."""
_START_SECONDS = 45.0
_BARE = "import sys; sys.path.insert(0, sys.argv[1]); from guard.supervise import main; main()"


def scratch_folder(shared: bool) -> Path:
    """A private folder with a short path, in it `m` for the run's disk and `sock`.
    shared: others may walk through it, not list it."""
    try:
        folder = make_scratch("run", SHORT if SHORT.is_dir() else None)
    except GraderError as problem:
        raise SandboxError(problem.message, what_to_do=problem.what_to_do) from None
    if shared:
        folder.chmod(0o711)
    (folder / "m").mkdir(mode=0o711)
    (folder / "sock").mkdir(mode=0o700)
    return folder


def bare_supervisor(order: dict[str, Any], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """A fresh interpreter with nothing but `guard`."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", "-c", _BARE, str(GUARD.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
        )
    except OSError as problem:
        raise SandboxError(f"The sandbox's supervisor did not start: {problem}.") from problem


def start_supervised(
    job: Job,
    order_for: Callable[[Path, int | None], dict[str, Any]],
    supervisor: Starter = bare_supervisor,
) -> Running:
    """Start `job`; returns when the program inside runs. Raises SandboxError.
    order_for: from a scratch folder and the sandbox's uid (None: our own) to what the supervisor is
    told."""
    uid = sandbox_uid()
    scratch = scratch_folder(shared=uid is not None)
    try:
        running = SupervisedRunning(job.limits, order_for(scratch, uid), supervisor)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    running.wait_started()
    return running


class SupervisedRunning:
    """Implements `Running` over a supervisor process."""

    def __init__(self, limits: Limits, order: dict[str, Any], supervisor: Starter) -> None:
        self._limits = limits
        self._scratch = Path(order["scratch"])
        self.sock = self._scratch / "sock"
        self.env = order["policy"]["env"]
        self._exit: Exit | None = None
        self._ended = threading.Event()
        self._started = threading.Event()
        self._fault = ""
        self._writing = threading.Lock()
        self._began = time.monotonic()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we
        try:
            self._process = supervisor(order, self._errors)
        except BaseException:
            self._errors.close()
            raise
        threading.Thread(target=self._read, daemon=True, name="sandbox").start()
        self._tell(order)

    def wait_started(self) -> None:
        """SandboxError when the program inside was not started."""
        if not self._started.wait(_START_SECONDS):
            self._process.kill()
            self._fault = "it did not answer in time"
        if self._fault:
            self._ended.wait(_START_SECONDS)
            raise SandboxError(f"The sandbox did not work: {self._fault}")

    def poll(self) -> Exit | None:
        return self._exit

    def wait(self, timeout_s: float | None = None) -> Exit:
        if not self._ended.wait(timeout_s) or self._exit is None:
            raise TimeoutError("the sandbox is still running")
        return self._exit

    def kill(self, limit: str, message: str = "") -> None:
        self._tell({"kill": limit, "message": message[:500]})

    def _tell(self, order: dict[str, Any]) -> None:
        with self._writing, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        report: dict[str, Any] | None = None
        for line in self._process.stdout:
            said = json.loads(line)
            if said["event"] == "started":
                self._started.set()
            elif said["event"] == "exit":
                report = said
            else:
                self._fault = str(said["message"])
        self._process.wait()
        with self._writing, contextlib.suppress(OSError):
            self._process.stdin.close()
            self._process.stdout.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._exit = finish(self._limits, report) if report else self._broken()
        self._started.set()
        self._ended.set()
        self._errors.close()

    def _broken(self) -> Exit:
        """The supervisor said nothing at the end: ours."""
        if not self._fault:
            self._errors.seek(0)
            said = self._errors.read(4000).decode("utf-8", "replace").strip().splitlines()
            self._fault = said[-1] if said else "the supervisor was killed"
        seconds = round(time.monotonic() - self._began, 3)
        return Exit(status="died", party="ours", message=self._fault, seconds=seconds)
