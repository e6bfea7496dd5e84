"""The supervisor of a run whose process is forked from a template instead of started.

bubblewrap builds the sandbox as ever, around a process that only keeps it open (`hold`); then the
fork goes in (`entering`). From there on nothing differs: same watch, same end, same copy-out.
"""

from __future__ import annotations

import json
import os
from typing import Any

from .. import opening, supervise, tree
from . import entering

_READ = 65536


def main(opener: opening.Opener, door: entering.Door) -> None:
    """One sandbox from order to exit, like `supervise.main`."""
    supervise.main(lambda order: WarmSupervisor(order, opener, door))


class WarmSupervisor(supervise.Supervisor):
    """`child` is the entrant, `holder` is bubblewrap."""

    def __init__(self, order: dict[str, Any], opener: opening.Opener, door: entering.Door) -> None:
        super().__init__(order)
        self.holder = opener.pid
        self._opener = opener
        self._door = door

    def _spawn(self) -> tuple[int, int]:
        console, console_in = os.pipe()
        status, status_in = os.pipe()
        os.set_blocking(console, False)
        self.watch.begin()
        target = self._open_sandbox(console, console_in)
        policy = {**self.order["policy"], "status_fd": status_in, "own_uid": self.order["uid"]}
        policy |= {"filter": self.order["filter"]}  # and it dies with the sandbox's pid 1
        admit = self.group.enter if self.group else None
        self.child = self._door.enter(target, policy, console_in, status_in, admit) or -1
        os.close(console_in)
        os.close(status_in)
        return console, status

    def _open_sandbox(self, console: int, console_in: int) -> int:
        """The pid, as we see it, of the process that keeps the sandbox open."""
        hold, hold_in = os.pipe()
        info, info_in = os.pipe()
        if self.group:
            self.group.enter(self.holder)
        self._opener.open(self.order, console_in, hold_in, info_in)
        os.close(hold_in)
        os.close(info_in)
        self._wait_ready(hold, console)
        told = json.loads(os.read(info, _READ))
        os.close(info)
        return int(told["child-pid"])

    def _collect(self) -> None:
        for pid, status in tree.reap():
            if pid == self.child:
                self.main_ended = True
                code = os.waitstatus_to_exitcode(status)
                self.exit_code = code if code >= 0 else 128 - code
            elif pid == self.holder:  # with it went everything in there
                self.main_ended = True
