"""A process that has imported what every notebook imports, and is forked for each run.

It must have one thread and must not have run a TensorFlow operation: a fork of a process with
threads hangs sooner or later. It hears of no job and holds nothing secret: its environment is
empty but for what was told at its start, and jobs go past it, from the grader to its children.

Talks over one socket: it says `ready`, or why not; for `fork` with three descriptors (stdin, stdout
and stderr of the new supervisor) it answers with a pid. When the socket closes it ends.
"""

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Iterable
from typing import NoReturn

from .. import HOME_KIND, space, tree
from . import supervise

_WORD = 4096


def main(socket_fd: int, modules: Iterable[str]) -> None:
    """Import, then fork until the grader is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    grader = socket.socket(fileno=socket_fd)
    problem = prepare(modules)
    grader.send(problem.encode()[:_WORD] or b"ready")
    while not problem:
        try:
            said, descriptors, *_ = socket.recv_fds(grader, _WORD, 3)
        except OSError:
            break
        if said != b"fork":
            break
        pid = os.fork()
        if pid == 0:
            grader.close()
            _supervise(descriptors)
        for received in descriptors:
            os.close(received)
        grader.send(str(pid).encode())
        tree.reap()  # supervisors that have ended
    home = os.environ.get("HOME", "")
    if os.path.basename(home).startswith(f"g-{HOME_KIND}-"):  # noqa: PTH119
        space.remove(home)  # made for this process alone; the grader may be dead
    os._exit(0)


def prepare(modules: Iterable[str]) -> str:
    """Import them; "" or why this process must not be forked."""
    gc.disable()  # what is collected after a fork is copied by it
    if os.environ.get("OPENBLAS_NUM_THREADS", "1") != "1":
        return "OPENBLAS_NUM_THREADS is not 1"
    sys.dont_write_bytecode = True  # as everywhere inside
    for name in modules:
        with contextlib.suppress(ImportError):  # a notebook that needs it will say so
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads != 1:
        return f"{threads} threads are running"
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is not None and getattr(context.context_safe(), "_initialized", False):
        return "TensorFlow has run already"
    return ""


def _supervise(descriptors: list[int]) -> NoReturn:
    """Never returns: the supervisor of one run, with these as stdin, stdout and stderr."""
    try:
        os.setsid()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        supervise.main()
    finally:
        os._exit(0)
