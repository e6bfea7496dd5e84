"""Keeps a sandbox open for a process that comes in from outside: its pid 1, which does nothing.

As pid 1 no signal from inside can end it. When it ends, the kernel ends everything in there.
"""

from __future__ import annotations

import marshal
import os
import signal

from .. import launch


def main(policy_fd: int) -> None:
    """Never returns. Behind the same walls as the program that will run here."""
    with os.fdopen(policy_fd, "rb") as stream:
        policy = marshal.loads(stream.read())  # noqa: S302 - the supervisor's own
    status = int(policy["status_fd"])
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans end up here: nobody waits for them
        launch.fence(policy, status)
        os.write(status, launch.READY)
        for descriptor in (0, 1, 2, status):
            os.close(descriptor)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        launch.confess(status, problem)
        os._exit(launch.EXIT_NOT_STARTED)
    while True:
        signal.pause()
