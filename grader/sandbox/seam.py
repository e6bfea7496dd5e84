"""The seam: what every tier takes and gives. Tiers import this; users `grader.sandbox`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import Field

from grader.records import Limits, Party, Record, Run, RunStatus


class Mount(Record):
    """A folder or file of the host, read-only inside, there called `{name}` and `$GRADER_NAME`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    source: Path


class Job(Record):
    """What to run and what it may see. `argv` and `env` values and `links` targets may contain
    `{python}`, `{inside}`, `{in}`, `{out}`, `{sock}`, `{work}`, `{home}` and `{<mount>}`: replaced
    by the path as seen inside. The package `grader_inside` stands in `{inside}`, alone."""

    argv: tuple[str, ...]
    folder: Path
    """Host folder of this run. `in/` (may be missing) is read-only inside; `out/` and `console.log`
    are written when the run has ended."""
    mounts: tuple[Mount, ...] = ()
    links: dict[str, str] = {}
    """Symbolic links made in the work folder before the start: name → target."""
    roots: dict[str, str] = {}
    """Links outside of the work folder, by full path or relative to it. Those by full path are made
    only by a tier that has a root of its own."""
    env: dict[str, str] = {}
    limits: Limits = Limits()
    preload: tuple[str, ...] = ()
    """Modules that may be imported already when the program, a Python one, starts: a tier with warm
    workers forks it from a process that has them. Empty: it is to have a fresh interpreter."""
    measures: bool = False
    """Whether `grader_inside.measuring` is there too: never where a student's code is."""


class Exit(Record):
    """How it ended: the host's view."""

    status: RunStatus
    party: Party = "student"
    exit_code: int | None = None
    """128 + number for a signal; None when it never ended by itself."""
    limit: str = ""
    message: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    """Peak of the whole tree."""
    refused: tuple[str, ...] = ()
    """What copy-out left behind, and why."""


class Running(Protocol):
    """A started job. Whoever holds it must `wait` for it in the end, also after `kill`."""

    @property
    def sock(self) -> Path:
        """Host path of the folder that the host shares with the sandbox, for unix sockets only.
        Short on purpose: a socket's path may have 107 bytes. Inside it is `$GRADER_SOCK`. It
        vanishes with the run."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment that the program was started in, as seen inside."""

    def poll(self) -> Exit | None:
        """None while it runs."""

    def wait(self, timeout_s: float | None = None) -> Exit:
        """After it `out/` is filled and every process is dead. TimeoutError after `timeout_s`."""

    def kill(self, limit: str, message: str = "") -> None:
        """The host ends it; `limit` decides the status. Returns at once; then `wait`. With the
        empty limit the host needs no more of it: the status is `finished`."""


class Sandbox(Protocol):
    """One tier. Tiers inherit what they do not do otherwise."""

    @property
    def name(self) -> str: ...

    @property
    def own_root(self) -> bool:
        """Whether `/tmp` and what stands beside it belong to each run alone."""
        return False

    @property
    def lacks(self) -> tuple[str, ...]:
        """Protections that it cannot give, in words; empty for the strongest."""

    def recorded(self, job: Job) -> Run | None:
        """The notebook's run where this tier plays it back, its files in the job's folder. None:
        there is nothing recorded, the job must be started. SandboxError: it cannot be read."""
        return None

    def start(self, job: Job) -> Running:
        """Returns when the program inside has been started. SandboxError when it could not be."""


class OtherMachines(Protocol):
    """They measure instead of a sandbox of this machine."""

    def measure(self, order: str, files: Mapping[str, Path], key: str, folder: Path) -> None:
        """Fill `folder` with what the measuring leaves. order: JSON of our own. files: what a run
        left and the order needs. key: hash of all that decides the outcome. MeasureError."""


def run_job(sandbox: Sandbox, job: Job, timeout_s: float | None = None) -> Exit:
    """Start and wait. SandboxError when it could not be started."""
    running = sandbox.start(job)
    try:
        return running.wait(timeout_s)
    except BaseException:
        running.kill("host", "the grader was stopped")
        raise
