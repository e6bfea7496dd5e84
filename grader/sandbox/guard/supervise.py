"""The process between the grader and one sandbox: starts it, watches it, ends it, clears up.

Talks with the host in lines of JSON: the order on stdin, then `{"kill": limit}`; on stdout
`started`, then `exit`. When stdin closes the host is gone: everything is killed and cleared away.
It runs as the grader's own user and holds no secrets; a submission can neither see nor signal it.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from . import cgroup, copyout, kernel, launch, stage, tree
from .watch import End, Watch

_START_SECONDS = 30.0
_PERIOD_MS = 40
_CONSOLE_KEPT = 1 << 20


class Fault(Exception):
    """The sandbox did not work: ours, not the submission's."""


def _say(report: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):
        os.write(1, json.dumps(report).encode() + b"\n")


class Supervisor:
    """State of one sandbox: one console, one child, one watch. Of what it prints the first megabyte
    goes to a file; the rest is read and thrown away."""

    watch: Watch

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.tree = tree.Tree(os.getpid())
        self.end: End | None = None
        self.exit_code: int | None = None
        self.child = 0
        """The submission, or what was started around it."""
        self.holder = 0
        """What keeps the sandbox open, where that is another process than `child`."""
        self.group: cgroup.Group | None = None
        self.main_ended = False
        self._heard = b""
        self._printed = 0
        self._console, self.console_in = os.pipe()
        os.set_blocking(self._console, False)

    def run(self) -> dict[str, Any]:
        """Start, watch, kill, wait for the dead, copy out: the report."""
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        limits = self.order["limits"]
        if self.order["cgroup"]:
            own_disk = self.order["own_disk"]
            self.group = cgroup.make(self.order["cgroup"], limits, own_disk=own_disk)
        stage.prepare(self.order)
        with open(self.order["console"], "wb") as log:  # noqa: PTH123
            self.watch = Watch(limits, self.order["watched"], self.tree, self.order["uid"])
            try:
                self.start()
                os.close(self.console_in)
                _say({"event": "started"})
                self._loop(log)
            finally:
                self._end_all()
            self._drain(log)
        return self._report()

    def start(self) -> None:
        """Returns when every wall stands and the submission has been begun. Raises Fault."""
        self.child, status = self.fork()
        self.wait_ready(status)

    def fork(self) -> tuple[int, int]:
        """What becomes the ordered command: (its pid, reading end of its status pipe)."""
        status, status_in = os.pipe()
        pid = os.fork()
        if pid == 0:
            admit = self.group.enter if self.group else None
            stage.begin(self.order, self.console_in, status_in, admit)
        os.close(status_in)
        return pid, status

    def wait_ready(self, status: int) -> None:
        """Fault unless `ready`, and nothing else, is said on the status pipe. Closes it."""
        said, deadline = b"", time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if select.select([status], [], [], 0.5)[0]:
                if not (chunk := os.read(status, 4096)):
                    break
                said += chunk
        os.close(status)
        if said != launch.READY:
            time.sleep(0.02)
            with suppress(OSError):
                said += b" " + os.read(self._console, 4096)
            raise Fault("the sandbox did not start: " + said.decode("utf-8", "replace").strip())

    def _loop(self, log: BinaryIO) -> None:
        waiting = select.poll()
        waiting.register(0, select.POLLIN)
        waiting.register(self._console, select.POLLIN)
        while self.end is None and not self.main_ended:
            ready = {fd for fd, _ in waiting.poll(_PERIOD_MS)}
            if 0 in ready:
                self._listen()
            if self._console in ready and not self._drain(log):
                waiting.unregister(self._console)
            self.end = self.end or self.watch.look()
            self._collect()

    def _listen(self) -> None:
        chunk = os.read(0, 65536)
        if not chunk:
            self.end = End("host", "the grader was stopped")
            return
        self._heard += chunk
        while b"\n" in self._heard and self.end is None:
            line, _, self._heard = self._heard.partition(b"\n")
            order = json.loads(line)
            self.end = End(order["kill"], order.get("message", ""))

    def _drain(self, log: BinaryIO) -> bool:
        """Read what was printed, not for ever. False: closed."""
        for _ in range(64):
            try:
                chunk = os.read(self._console, 65536)
            except BlockingIOError:
                break
            if not chunk:
                return False
            log.write(chunk[: max(0, _CONSOLE_KEPT - self._printed)])
            self._printed += len(chunk)
            if self._printed > self.order["limits"]["output_mb"] << 20:
                self.end = self.end or End("output_mb")
                break
        return True

    def _collect(self) -> None:
        for pid, status in tree.reap():
            if pid == self.child:
                code = os.waitstatus_to_exitcode(status)
                self.exit_code = code if code >= 0 else 128 - code
            if pid in (self.child, self.holder):  # with the holder everything in there went
                self.main_ended = True

    def _end_all(self) -> None:
        """Kill until there is no child left; what was left behind hangs on us (subreaper)."""
        self.watch.look_last()
        if self.group:
            self.group.kill()
        while True:
            tree.kill_all(self.tree)
            self._collect()
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            time.sleep(0.002)

    def _out_of_memory(self) -> End | None:
        """The kernel was faster than the watchdog."""
        if self.group is None:
            return None
        self.watch.peak_mb = max(self.watch.peak_mb, self.group.peak_mb())
        return End("memory_mb") if self.group.memory_kills() else None

    def _report(self) -> dict[str, Any]:
        full = self.watch.space_left_none()
        limits = self.order["limits"]
        budget = copyout.Budget(limits["disk_mb"] << 20, limits["file_mb"] << 20)
        refused = copyout.copy_out(self.order["out"], self.order["kept"], budget)
        end = self.end or self._out_of_memory() or (full if self.exit_code else None)
        return {
            "event": "exit",
            "limit": end.limit if end else "",
            "dismissed": end is not None and not end.limit,
            "message": end.message if end else "",
            "exit_code": self.exit_code,
            "refused": refused,
            **self.watch.sums(),
        }


def main(make: Callable[[dict[str, Any]], Supervisor] = Supervisor) -> None:
    """One sandbox from order to exit. make: another supervisor than the usual, from the order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's affair: it closes stdin
    order = json.loads(sys.stdin.buffer.readline())
    supervisor = make(order)
    try:
        report = supervisor.run()
    except (Fault, OSError) as problem:
        report = {"event": "fault", "message": f"{problem}"}
    finally:
        stage.clear(order)
        if supervisor.group:
            supervisor.group.remove()
    _say(report)
