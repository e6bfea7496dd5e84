"""The child of a warm run's supervisor that becomes bubblewrap, forked ahead."""

from __future__ import annotations

import marshal
import os
import socket
from typing import Any, NoReturn

from . import ahead, kernel, stage

_GO = b"go"
_WORD = 64
_NEEDED = ("policy", "command", "filter", "uid", "own_disk")


class Opener:
    """The supervisor's end. `pid` is the child's; it ends when this end is closed."""

    def __init__(self) -> None:
        """Forks. Call it with one thread, before anything of a job is known."""
        self._socket, self.pid = ahead.forked(_wait_for_an_order)

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
    stage.begin(order, console, status, _join if order["own_disk"] else None)


def _join() -> None:
    """Go where the supervisor has made the run's disk since this process was forked."""
    place = os.pidfd_open(os.getppid())
    kernel.setns(place, kernel.CLONE_NEWNS | (kernel.CLONE_NEWUSER if os.getuid() else 0))
    os.close(place)
