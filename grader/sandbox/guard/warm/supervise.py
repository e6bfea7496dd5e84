"""The supervisor of a run whose process is forked from a template instead of started.

bubblewrap builds the sandbox as ever, around a process that only keeps it open (`launch.hold`);
then a fork goes in. From there on nothing differs: same watch, same end, same copy-out.

    supervisor ─ fork ─ door ─ setns ─ fork ─ entrant: drops all rights, fences itself, runs
"""

import json
import os
import socket
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from .. import kernel, launch, stage, supervise
from . import program

_READ = 65536
_GO = b"go"
_WORD = 64


class Door:
    """A fork that waits to go into a sandbox. It is made before the supervisor has heard of any
    job, so that nothing of the job is in the entrant's memory but its own policy. It joins every
    namespace of the sandbox at once (setns by pidfd); the pid namespace takes effect for its child
    only, hence the second fork. The supervisor is the subreaper and so becomes the entrant's parent
    when the door has gone."""

    def __init__(self) -> None:
        """Forks. Call it with one thread."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _wait_at_door(theirs)
        theirs.close()

    def enter(
        self,
        target: int,
        policy: dict[str, Any],
        console: int,
        status: int,
        admit: Callable[[int], object] | None,
    ) -> int:
        """Send it in to where the process `target` is; the entrant's pid, 0 when it failed.
        admit: called with that pid before the entrant does anything. What went wrong stands on the
        status pipe."""
        policy_fd = stage.readable(json.dumps(policy).encode())
        process = os.pidfd_open(target)
        try:
            socket.send_fds(self._socket, [_GO], [process, console, status, policy_fd])
            said = self._socket.recv(_WORD)
            if said:
                if admit is not None:
                    admit(int(said))
                self._socket.send(_GO)
            os.waitpid(self.pid, 0)  # then the entrant hangs on us
            return int(said or 0)
        finally:
            os.close(process)
            os.close(policy_fd)
            self._socket.close()


class WarmSupervisor(supervise.Supervisor):
    """`child` is the entrant, `holder` is bubblewrap."""

    def __init__(self, order: dict[str, Any], door: Door) -> None:
        super().__init__(order)
        self._door = door

    def start(self) -> None:
        target = self._open_sandbox()
        status, status_in = os.pipe()
        policy = {**self.order["policy"], "own_uid": self.order["uid"]}
        policy["filter"] = self.order["filter"]
        admit = self.group.enter if self.group else None
        self.child = self._door.enter(target, policy, self.console_in, status_in, admit) or -1
        os.close(status_in)
        self.wait_ready(status)

    def _open_sandbox(self) -> int:
        """The pid, as we see it, of the process that keeps the sandbox open."""
        info, info_in = os.pipe()
        os.set_inheritable(info_in, True)
        words = self.order["command"]
        self.order["command"] = [str(info_in) if word == "{info_fd}" else word for word in words]
        self.holder, status = self.fork()
        os.close(info_in)
        self.wait_ready(status)
        about = json.loads(os.read(info, _READ))
        os.close(info)
        return int(about["child-pid"])


def main() -> None:
    """One sandbox from order to exit, like `supervise.main`."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    door = Door()
    supervise.main(lambda order: WarmSupervisor(order, door))


def _wait_at_door(supervisor: socket.socket) -> NoReturn:
    said, descriptors, *_ = socket.recv_fds(supervisor, _WORD, 4)
    if said != _GO or len(descriptors) != 4:  # noqa: PLR2004 - as `enter` sends them
        os._exit(0)
    process, console, status, policy_fd = descriptors
    try:
        policy = launch.read_policy(policy_fd)
        launch.go_first()
        if policy["own_uid"] is not None:
            launch.change_user(policy["own_uid"])
        kernel.setns(process, kernel.EVERY_NAMESPACE)
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
        kernel.seccomp(bytes.fromhex(policy["filter"]))
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
    """Joining a user namespace gives every capability in it: none is kept, none can come back. A
    changed user makes the process undumpable, and its own /proc/self then belongs to root."""
    with open("/proc/sys/kernel/cap_last_cap") as stream:  # noqa: PTH123
        last = int(stream.read())
    kernel.drop_capabilities(last)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
