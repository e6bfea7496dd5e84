"""`!command` where the sandbox has no terminals to give (in the landlock tier): by pipes instead.

IPython asks for a pseudo terminal, which would have to be let in with those of everybody else.
"""

import os
import subprocess
import sys
from typing import Any


def install() -> None:
    """Have shell lines run by pipes, only where a terminal is refused."""
    try:
        for end in os.openpty():
            os.close(end)
        return
    except OSError:
        pass
    import IPython.core.interactiveshell as core
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.system = ZMQInteractiveShell.system_piped = _system
    core.getoutput = _output


def _system(self: Any, cmd: str) -> None:
    """Run and show line by line, as it comes."""
    self.user_ns["_exit_code"] = _shown(self.var_expand(cmd, depth=1))


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


def _shown(command: str) -> int:
    with _started(command) as process:
        try:
            for line in process.stdout:  # type: ignore[union-attr]  # a pipe
                sys.stdout.write(line)
        except KeyboardInterrupt:
            process.kill()
            raise
        finally:
            sys.stdout.flush()
    return process.returncode


def _output(command: str) -> str:
    with _started(command) as process:
        return process.stdout.read()  # type: ignore[union-attr]  # a pipe
