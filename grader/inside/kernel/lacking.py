"""What a tier lacks (the landlock tier: shared memory and terminals), made up for.

Keras reads folders of images with `multiprocessing.pool.ThreadPool`, which takes a lock between
processes although all is in one: where the system refuses such a lock (no `/dev/shm`), a lock
between threads does. IPython asks for a pseudo terminal for `!command`, which would have to be let
in with those of everybody else: shell lines are run by pipes.
"""

import os
import subprocess
import sys
import threading
from typing import Any

from ..shims.on_import import when_imported


def install() -> None:
    """Thread pools as soon as somebody imports them, shell lines; each only where it is refused."""
    when_imported("multiprocessing.pool", _pools)
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        _shell_lines()


def _pools(module: Any) -> None:
    from multiprocessing.context import BaseContext

    try:
        module.get_context().Lock()
        return  # there is shared memory
    except OSError:
        pass

    class Threads(BaseContext):
        """A context whose locks hold between threads."""

        def Lock(self) -> Any:
            return threading.Lock()

    def init(self: Any, processes: Any = None, initializer: Any = None, initargs: Any = ()) -> None:
        module.Pool.__init__(self, processes, initializer, initargs, context=Threads())

    module.ThreadPool.__init__ = init


def _shell_lines() -> None:
    import IPython.core.interactiveshell as core
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.system = ZMQInteractiveShell.system_piped = _system
    core.getoutput = _output


def _started(command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S602 - a shell is what was asked for
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _system(self: Any, cmd: str) -> None:
    """Run and show line by line, as it comes."""
    with _started(self.var_expand(cmd, depth=1)) as process:
        try:
            for line in process.stdout or ():
                sys.stdout.write(line)
        except KeyboardInterrupt:
            process.kill()
            raise
        finally:
            sys.stdout.flush()
    self.user_ns["_exit_code"] = process.returncode


def _output(command: str) -> str:
    with _started(command) as process:
        return process.stdout.read() if process.stdout else ""
