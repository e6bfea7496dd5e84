"""Tier `warm`: bubblewrap's sandbox, entered by a fork of a process that has imported everything.

Every wall is the one of tier `bubblewrap`, built by the same code; only the start of the
interpreter and its imports are saved. What cannot be warm – a job without `preload`, a program
other than Python, a template that does not work – is started cold, in the same sandbox.

A template is started by exec with an environment that holds nothing but numbers and switches that
libraries read at import; it never hears of a job. One for each interpreter, options, environment
and list of modules. All of them end with the grader, however it ends.
"""

import atexit
import contextlib
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from typing import IO, Any, NamedTuple

from grader.records import SandboxError, make_scratch
from grader.sandbox.guard import HOME_KIND
from grader.sandbox.guard.warm import program
from grader.sandbox.machine.runtime import GUARD, PACKAGES
from grader.sandbox.seam import Job, Running, Sandbox
from grader.sandbox.supervised import start_supervised
from grader.sandbox.tiers.bubblewrap import Bubblewrap

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
logger = logging.getLogger(__name__)
MOST_FAULTS = 3
"""After so many faults in a row templates are not tried any more."""


class Kind(NamedTuple):
    """What a template is started with."""

    python: str
    options: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    """See `switches`."""
    modules: tuple[str, ...]


class Template:
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
        if name == PACKAGES
        or (name not in _OF_A_RUN and not name.startswith("GRADER_") and "/" not in value)
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


class Warm(Sandbox):
    name = "warm"
    own_root = True

    def __init__(self, cold: Bubblewrap, *, always: tuple[str, ...] = ()) -> None:
        """cold: the tier whose walls these are.
        always: modules for jobs that ask for none, so that each is forked (for tests)."""
        self.cold = cold
        self.faults = 0
        self.problem = ""
        self._always = always
        self._templates: dict[Kind, Template] = {}
        self._lock = threading.Lock()

    @property
    def lacks(self) -> tuple[str, ...]:
        return (*self.cold.lacks, "all runs have one layout of memory (their processes are forks)")

    def start(self, job: Job) -> Running:
        preload = job.preload or self._always
        command = program.parse(job.argv)
        ours = job.argv[0] in ("{python}", sys.executable)  # what templates are made of
        if not preload or command is None or not ours or self.faults >= MOST_FAULTS:
            return self.cold.start(job)
        try:
            running = self._fork(job, command.options, preload)
        except SandboxError as problem:
            self.faults += 1
            self.problem = problem.message
            more = "" if self.faults < MOST_FAULTS else " From now on every start is a cold one."
            words = "A warm worker could not be had, a cold one is used: %s%s"
            logger.warning(words, problem, more)
            return self.cold.start(job)
        self.faults = 0
        return running

    def close(self) -> None:
        """End the templates; runs that were forked go on."""
        with self._lock:
            kept, self._templates = self._templates, {}
        for template in kept.values():
            template.close()

    def _fork(self, job: Job, options: tuple[str, ...], preload: tuple[str, ...]) -> Running:
        def forked(order: dict[str, Any], errors: IO[bytes]) -> Forked:
            policy = order["policy"]
            env = tuple(sorted(switches(policy["env"]).items()))
            kind = Kind(policy["argv"][0], options, env, preload)
            template = self._template(kind)
            try:
                return Forked(template, errors)
            except SandboxError:  # the next run gets a new one
                with self._lock:
                    if self._templates.get(kind) is template:
                        del self._templates[kind]
                template.close()
                raise

        return start_supervised(job, partial(self.cold.order, job, held=True), forked)

    def _template(self, kind: Kind) -> Template:
        with self._lock:
            if kind not in self._templates:
                self._templates[kind] = Template(kind)
            return self._templates[kind]
