"""The host's end of warm workers: template processes, and runs forked from them.

A template is started by exec with an environment that holds nothing but numbers and switches that
libraries read at import; it never hears of a job. One for each interpreter, options, environment
and list of modules. All of them end with the grader, however it ends.
"""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from typing import IO, NamedTuple

from grader.records import SandboxError, make_scratch
from grader.sandbox.guard import HOME_KIND
from grader.sandbox.machine.runtime import GUARD

START_S = 120.0
ANSWER_S = 30.0
_WORD = 4096
_BARE = (
    "import importlib, sys; sys.path.insert(0, sys.argv[1]); "
    "template = importlib.import_module('guard.warm.template'); sys.path.remove(sys.argv[1]); "
    "template.main(int(sys.argv[2]), sys.argv[3:])"
)
_FOLDERS = (
    *("HOME", "TMPDIR", "KERAS_HOME", "MPLCONFIGDIR", "IPYTHONDIR"),
    *("XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
)
"""Variables with folders that libraries write to at import."""
_OF_A_RUN = (*_FOLDERS, "USER", "LOGNAME", "PATH")
"""Set anew in each run, and nothing for a template."""


class Kind(NamedTuple):
    """What a template is started with."""

    python: str
    options: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    """See `switches`."""
    modules: tuple[str, ...]


class Template:
    """One template process."""

    def __init__(self, kind: Kind) -> None:
        """Starts importing; `fork` waits for it."""
        self._lock = threading.Lock()
        self._ready = False
        self._home = str(make_scratch(HOME_KIND))
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        options = dict.fromkeys((*kind.options, "-P"))
        words = [kind.python, *options, "-c", _BARE, str(GUARD.parent)]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*words, str(theirs.fileno()), *kind.modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                cwd="/",
                env=dict(kind.env)
                | dict.fromkeys(_FOLDERS, self._home)
                | {"PATH": "/usr/bin:/bin"},
            )
        atexit.register(self.close)

    def fork(self, descriptors: list[int]) -> int:
        """Pid of a new supervisor with these as stdin, stdout and stderr. Raises SandboxError."""
        with self._lock:
            try:
                if not self._ready:
                    said = self._heard(START_S)
                    if said != b"ready":
                        raise SandboxError(f"The template is not ready: {self._why(said)}.")
                    self._ready = True
                socket.send_fds(self._socket, [b"fork"], descriptors)
                return int(self._heard(ANSWER_S))
            except (OSError, ValueError) as problem:
                raise SandboxError(f"The template does not answer: {self._why(b'')}.") from problem

    def _heard(self, seconds: float) -> bytes:
        self._socket.settimeout(seconds)
        return self._socket.recv(_WORD)

    def _why(self, said: bytes) -> str:
        if said:
            return said.decode("utf-8", "replace")
        self._errors.seek(0)
        lines = self._errors.read(1 << 20).decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"

    def close(self) -> None:
        """It ends; runs that were forked from it go on."""
        atexit.unregister(self.close)
        with contextlib.suppress(OSError):
            self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        shutil.rmtree(self._home, ignore_errors=True)


def switches(env: Mapping[str, str]) -> dict[str, str]:
    """The part of a run's environment that a template has too."""
    return {
        name: value
        for name, value in env.items()
        if name not in _OF_A_RUN and not name.startswith("GRADER_") and "/" not in value
    }


class Forked:
    """What `SupervisedRunning` needs of a process that is not our own child."""

    def __init__(self, template: Template, errors: IO[bytes]) -> None:
        read, stdin = os.pipe()
        stdout, write = os.pipe()
        try:
            self.pid = template.fork([read, write, errors.fileno()])
        except BaseException:
            os.close(stdin)
            os.close(stdout)
            raise
        finally:
            os.close(read)
            os.close(write)
        self.stdin = os.fdopen(stdin, "wb")
        self.stdout = os.fdopen(stdout, "rb")

    def wait(self) -> int:
        """Its stdout is closed by then: it has ended."""
        return 0

    def kill(self) -> None:
        """A supervisor whose grader is gone clears up and ends."""
        with contextlib.suppress(OSError):
            self.stdin.close()
