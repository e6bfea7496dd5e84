"""The process between the grader and one sandbox: starts it, watches it, ends it, clears up.

Talks with the host in lines (`words`): the order on stdin, then `{"kill": limit}`; on stdout
`started`, then `exit`. When stdin closes the host is gone: everything is killed and cleared away.
It runs as the grader's own user and holds no secrets; a submission can neither see nor signal it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from . import cgroup, copyout, kernel, launch, space, stage, tree
from .console import Console
from .quiet import suppress
from .watch import End, Watch
from .words import heard, told

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_START_SECONDS = 30.0
_PERIOD_MS = 40


class Fault(Exception):
    """The sandbox did not work: ours, not the submission's."""


def main(make: Callable[[dict[str, Any]], Supervisor] | None = None) -> None:
    """One sandbox from order to exit. make: another supervisor than the usual, from the order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's affair: it closes stdin
    order = heard(sys.stdin.buffer.readline())
    supervisor = (make or Supervisor)(order)
    try:
        report = supervisor.run()
    except (Fault, OSError) as problem:
        report = {"event": "fault", "message": f"{problem}"}
    finally:
        stage.clear(order)
        if supervisor.group:
            supervisor.group.remove()
    if report is not None:
        say(report)
    os.close(1)  # the host goes on; giving back the memory of a template's fork takes 8 ms more


def say(report: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):
        os.write(1, told(report))


class Supervisor:
    """State of one sandbox: two pipes, one child, one watch."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.tree = tree.Tree(os.getpid())
        self.watch = Watch(order["limits"], order["watched"], self.tree, order["uid"])
        self.end: End | None = None
        self.exit_code: int | None = None
        self.child = 0
        self.group: cgroup.Group | None = None
        self.main_ended = False
        self._heard = b""

    def run(self) -> dict[str, Any] | None:
        """The report, or None where it was given already."""
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        if self.order["cgroup"]:
            own_disk = self.order["own_disk"]
            self.group = cgroup.make(self.order["cgroup"], self.order["limits"], own_disk=own_disk)
        stage.prepare(self.order)
        with open(self.order["console"], "wb") as log:  # noqa: PTH123
            pipe, status = self._spawn()
            console = Console(pipe, log, self.order["limits"]["output_mb"] << 20)
            try:
                self._wait_ready(status, pipe)
                say({"event": "started"})
                self._loop(console)
                early = self._report_early(console)
            finally:
                self._end_all()
            if not early:
                self._drain(console, last=True)
            os.close(pipe)
        return None if early else self._report()

    # ------------------------------------------------------------ start

    def _spawn(self) -> tuple[int, int]:
        """Fork the child; returns the reading ends of its console and status pipe."""
        console, console_in = os.pipe()
        status, status_in = os.pipe()
        self.watch.begin()
        self.child = os.fork()
        if self.child == 0:
            enter = self.group.enter if self.group else None
            stage.begin(self.order, console_in, status_in, enter)
        os.close(console_in)
        os.close(status_in)
        os.set_blocking(console, False)
        return console, status

    def _wait_ready(self, status: int, console: int) -> None:
        said = b""
        deadline = time.monotonic() + _START_SECONDS
        waiting = select.poll()
        waiting.register(status, select.POLLIN)
        while time.monotonic() < deadline:
            if not waiting.poll(500):
                continue
            chunk = os.read(status, 4096)
            if not chunk:
                break
            said += chunk
        os.close(status)
        if said != launch.READY:
            time.sleep(0.02)
            with suppress(OSError):
                said += b" " + os.read(console, 4096)
            raise Fault("the sandbox did not start: " + said.decode("utf-8", "replace").strip())

    # ------------------------------------------------------------ while it runs

    def _loop(self, console: Console) -> None:
        waiting = select.poll()
        waiting.register(0, select.POLLIN)
        waiting.register(console.pipe, select.POLLIN)
        while self.end is None and not self.main_ended:
            ready = {fd for fd, _ in waiting.poll(_PERIOD_MS)}
            if 0 in ready:
                self._listen()
            if console.pipe in ready and not self._drain(console):
                waiting.unregister(console.pipe)
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
            order = heard(line)
            self.end = End(order["kill"], order.get("message", ""))

    def _drain(self, console: Console, *, last: bool = False) -> bool:
        """False: closed."""
        is_open = console.drain(last=last)
        if console.flooded:
            self.end = self.end or End("output_mb", "it printed without end")
        return is_open

    # ------------------------------------------------------------ the end

    def _collect(self) -> None:
        for pid, status in tree.reap():
            if pid == self.child:
                self.main_ended = True
                code = os.waitstatus_to_exitcode(status)
                self.exit_code = code if code >= 0 else 128 - code

    def _report_early(self, console: Console) -> bool:
        """When the host needs no more of it: report while the killed processes still give their
        memory back, which takes most of a tenth of a second. Where nobody can write any more, what
        was left is final. False: not reported."""
        if self.end is None or self.end.limit:
            return False
        self._kill()
        if not stage.seal(self.order):
            return False
        self._drain(console, last=True)
        say({**self._report(), "early": True})
        return True

    def _kill(self) -> None:
        self.watch.look_last()
        if self.group:
            self.group.kill()
        tree.kill_all(self.tree)

    def _end_all(self) -> None:
        """Kill until there is no child left; what was left behind hangs on us (subreaper)."""
        self._kill()
        while True:
            self._collect()
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            time.sleep(0.002)
            tree.kill_all(self.tree)

    def _out_of_memory(self) -> End | None:
        """The kernel was faster than the watchdog."""
        if self.group is None:
            return None
        self.watch.peak_mb = max(self.watch.peak_mb, self.group.peak_mb())
        if not self.group.memory_kills():
            return None
        most = self.order["limits"]["memory_mb"]
        return End("memory_mb", f"it used more than {most} MB of memory")

    def _report(self) -> dict[str, Any]:
        full = self.watch.space_left_none()
        budget = copyout.Budget(
            bytes_left=self.order["limits"]["disk_mb"] << 20,
            file_bytes=self.order["limits"]["file_mb"] << 20,
        )
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


__all__ = ["Fault", "Supervisor", "main", "space"]
