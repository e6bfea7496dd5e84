"""A process that was forked from the template goes into a sandbox that stands already.

    supervisor ─ fork ─ door ─ setns ─ fork ─ entrant: drops all rights, fences itself, runs

The door is forked before the supervisor has heard of any job, so that nothing of the job is in the
entrant's memory but its own policy. It joins every namespace of the sandbox at once (setns by
pidfd); the pid namespace takes effect for its child only, hence the second fork. The supervisor is
the subreaper and so becomes the entrant's parent when the door has gone.
"""

from __future__ import annotations

import marshal
import os
import socket
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from .. import ahead, kernel, launch
from . import program

_GO = b"go"
_LAST_CAPABILITY = "/proc/sys/kernel/cap_last_cap"
_WORD = 64


class Door:
    """The supervisor's end. `pid` is the door's."""

    def __init__(self) -> None:
        """Forks. Call it with one thread, before anything of a job is known."""
        self._socket, self.pid = ahead.forked(_wait_at_door)

    def enter(
        self,
        target: int,
        policy: dict[str, Any],
        console: int,
        status: int,
        admit: Callable[[int], object] | None = None,
    ) -> int:
        """Send it in to where the process `target` is; the entrant's pid, 0 when it failed.

        admit: called with that pid before the entrant does anything. What went wrong stands on
        the status pipe.
        """
        told = os.memfd_create("policy", 0)
        os.write(told, marshal.dumps(policy))
        place = os.pidfd_open(target)
        try:
            socket.send_fds(self._socket, [_GO], [place, console, status, told])
            said = self._socket.recv(_WORD)
            if said:
                if admit is not None:
                    admit(int(said))
                self._socket.send(_GO)
            os.waitpid(self.pid, 0)  # gives its memory back meanwhile; then the entrant hangs on us
            return int(said or 0)
        finally:
            os.close(place)
            os.close(told)
            self._socket.close()


def _wait_at_door(supervisor: socket.socket) -> NoReturn:
    said, descriptors, *_ = socket.recv_fds(supervisor, _WORD, 4)
    if said != _GO or len(descriptors) != 4:  # noqa: PLR2004 - as `enter` sends them
        os._exit(0)
    place, console, status, told = descriptors
    try:
        policy = marshal.loads(os.pread(told, os.fstat(told).st_size, 0))  # noqa: S302
        launch.go_first()
        if policy["own_uid"] is not None:
            launch.change_user(policy["own_uid"])
        kernel.setns(place, kernel.EVERY_NAMESPACE)
        entrant = os.fork()
        if entrant == 0:
            _enter(supervisor, policy, console, status)
        supervisor.send(str(entrant).encode())
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        launch.confess(status, problem)
    finally:
        os._exit(0)


def _enter(supervisor: socket.socket, policy: dict[str, Any], console: int, status: int) -> None:
    """Never returns: becomes the program, behind every wall of a cold start."""
    try:
        if supervisor.recv(_WORD) != _GO:
            os._exit(launch.EXIT_NOT_STARTED)
        supervisor.close()
        launch.attach(console)
        _drop_rights()
        launch.fence(policy, status)
        kernel.seccomp(policy["filter"])
        argv, env = policy["argv"], policy["env"]
        os.write(status, launch.READY)
        os.close(status)
    except BaseException as problem:  # noqa: BLE001
        launch.confess(status, problem)
        os._exit(launch.EXIT_NOT_STARTED)
    try:
        code = program.run(argv, env)
    except BaseException:  # noqa: BLE001 - a fault of ours, and yet never on into the door's code
        traceback.print_exc()
        code = launch.EXIT_NOT_STARTED
    os._exit(code)


def _drop_rights() -> None:
    """Joining a user namespace gives every capability in it: none is kept, none can come back.

    A changed user makes the process undumpable, and its own /proc/self then belongs to root.
    """
    with open(_LAST_CAPABILITY) as stream:  # noqa: PTH123
        last = int(stream.read())
    kernel.drop_capabilities(last)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
