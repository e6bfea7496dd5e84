"""A process that has imported what every notebook imports, and is forked for each run.

It must have one thread and must not have run a TensorFlow operation: a fork of a process with
threads hangs sooner or later. It hears of no job and holds nothing secret: its environment is
empty but for what was told at its start, and jobs go past it, from the grader to its children.

Talks over one socket: it says `ready`, or why not; for `fork` with three descriptors (stdin, stdout
and stderr of the new supervisor) it answers with a pid. When the socket closes it ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Iterable
from typing import NoReturn

from .. import HOME_PREFIX, ahead, kernel, opening, space
from . import entering, supervise as warm

READY, FORK = b"ready", b"fork"
_WORD = 4096
_ONE = "1"


def main(descriptor: int, modules: Iterable[str], *, bytecode: bool) -> None:
    """Import, then fork until the grader is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    grader = socket.socket(fileno=descriptor)
    problem = prepare(modules, bytecode=bytecode)
    grader.send(problem.encode()[:_WORD] or READY)
    while not problem:
        spare = Spare(grader)
        try:
            said, descriptors, *_ = socket.recv_fds(grader, _WORD, 3)
        except OSError:
            break
        if said != FORK:
            break
        spare.begin(descriptors)
        for one in descriptors:
            os.close(one)
        grader.send(str(spare.pid).encode())
        _collect()
    home = os.environ.get("HOME", "")
    if os.path.basename(home).startswith(HOME_PREFIX):  # noqa: PTH119
        space.remove(home)  # made for this process alone; the grader may be dead
    os._exit(0)


def prepare(modules: Iterable[str], *, bytecode: bool = False) -> str:
    """Import them; "" or why this process must not be forked.

    bytecode: keep that of modules that came without, as some installers leave them. No sandbox can,
    and would compile TensorFlow's anew at each cold start (3 s).
    """
    gc.disable()  # what is collected after a fork is copied by it
    if os.environ.get("OPENBLAS_NUM_THREADS", _ONE) != _ONE:
        return "OPENBLAS_NUM_THREADS is not 1"
    sys.dont_write_bytecode = not bytecode
    for name in modules:
        with contextlib.suppress(ImportError):  # a notebook that needs it will say so
            importlib.import_module(name)
    sys.dont_write_bytecode = True  # as everywhere inside
    gc.collect()
    gc.freeze()
    return why_not()


def why_not() -> str:
    """ "" or why this process must not be forked now."""
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads != 1:
        return f"{threads} threads are running"
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is not None and getattr(context.context_safe(), "_initialized", False):
        return "TensorFlow has run already"
    return ""


def _collect() -> None:
    """Supervisors that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


class Spare:
    """The supervisor of the next run, forked ahead with its opener and its door: 0.02 s a run. It
    waits for the descriptors, and ends with the template."""

    def __init__(self, grader: socket.socket) -> None:
        """grader: the template's own socket, which the fork closes."""

        def child(template: socket.socket) -> NoReturn:
            grader.close()
            _supervise(template)

        self._socket, self.pid = ahead.forked(child)

    def begin(self, descriptors: list[int]) -> None:
        """Hand it stdin, stdout and stderr. Where it is dead, they end with it: a fault of ours."""
        with contextlib.suppress(OSError):
            socket.send_fds(self._socket, [FORK], descriptors)
        self._socket.close()


def _supervise(template: socket.socket) -> NoReturn:
    """Never returns: a supervisor of one run."""
    try:
        os.setsid()
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        opener, door = opening.Opener(), entering.Door()
        said, descriptors, *_ = socket.recv_fds(template, _WORD, 3)
        template.close()
        if said == FORK:
            for number, one in enumerate(descriptors):
                os.dup2(one, number)
                os.close(one)
            warm.main(opener, door)
    finally:
        os._exit(0)
