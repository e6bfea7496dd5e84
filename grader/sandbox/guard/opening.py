"""The child of the supervisor that becomes the submission, or bubblewrap around it.

`Opener` is that child, forked before the supervisor has heard of any job: a template's fork takes
8 ms, which nobody waits for then.
"""

from __future__ import annotations

import marshal
import os
import socket

from . import kernel, launch, stage
from .quiet import suppress

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_GO = b"go"
_WORD = 64
_NEEDED = ("policy", "command", "filter", "uid", "own_disk")


def begin(
    order: dict[str, Any], console: int, status: int, first: Callable[[], object] | None = None
) -> NoReturn:
    """What the child does; what went wrong stands on the status pipe.

    first: called before anything of the submission's.
    """
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(console, 1)
        os.dup2(console, 2)
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as own:  # noqa: PTH123
            own.write("1000")  # on a machine out of memory the submission goes first
        os.set_inheritable(status, True)
        if first is not None:
            first()
        policy = {**order["policy"], "status_fd": status}
        if order["command"]:
            stage.execute(order, policy)
        launch.become(policy)
    except BaseException as problem:  # noqa: BLE001
        os.write(status, f"|{type(problem).__name__}: {problem}".encode()[:2000])
    finally:
        os._exit(launch.EXIT_NOT_STARTED)


class Opener:
    """The supervisor's end. `pid` is the child's; it ends when this end is closed."""

    def __init__(self) -> None:
        """Forks. Call it with one thread, before anything of a job is known."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _wait_for_an_order(theirs)
        theirs.close()

    def open(self, order: dict[str, Any], console: int, status: int, info: int) -> None:
        """Let it begin. info: where bubblewrap tells its child's pid."""
        told = os.memfd_create("order", 0)
        try:
            os.write(told, marshal.dumps({name: order[name] for name in _NEEDED}))
            socket.send_fds(self._socket, [_GO], [told, console, status, info])
        finally:
            os.close(told)
            self._socket.close()


def _wait_for_an_order(supervisor: socket.socket) -> NoReturn:
    said, descriptors, *_ = socket.recv_fds(supervisor, _WORD, 4)
    if said != _GO or len(descriptors) != 4:  # noqa: PLR2004 - as `open` sends them
        os._exit(0)
    told, console, status, info = descriptors
    order = marshal.loads(os.pread(told, os.fstat(told).st_size, 0))  # noqa: S302 - the supervisor's
    os.set_inheritable(info, True)
    order["command"] = [str(info) if word == "{info_fd}" else word for word in order["command"]]
    begin(order, console, status, _join if order["own_disk"] else None)


def _join() -> None:
    """Go where the supervisor has made the run's disk since this process was forked."""
    place = os.pidfd_open(os.getppid())
    kernel.setns(place, kernel.CLONE_NEWNS | (kernel.CLONE_NEWUSER if os.getuid() else 0))
    os.close(place)
