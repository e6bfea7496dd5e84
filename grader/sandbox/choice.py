"""Which tier works on this machine: tried, never guessed from names, versions or settings."""

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import cast

from grader.records import GraderError, Limits, NoSandbox, SandboxError, scratch
from grader.sandbox.machine import groups
from grader.sandbox.seam import Job, Sandbox
from grader.sandbox.tiers.bubblewrap import PROGRAM, Bubblewrap
from grader.sandbox.tiers.landlock import Landlock
from grader.sandbox.tiers.none import NoSandboxTier
from grader.sandbox.tiers.recorded import Replay
from grader.sandbox.tiers.warm import Warm

_PROBE_LIMITS = Limits(
    wall_s=30, cpu_s=20, memory_mb=512, processes=32, threads=64, disk_mb=16, inodes=500
)
_REAL = ("warm", "bubblewrap", "landlock")


def _bubblewrap() -> Sandbox:
    try:
        return probed(Bubblewrap(own_disk=True))
    except SandboxError as first:
        if os.geteuid() == 0:
            raise
        try:
            return probed(Bubblewrap(own_disk=False))
        except SandboxError:
            raise first from None


def _warm() -> Sandbox:
    cold = cast(Bubblewrap, _working("bubblewrap"))
    trial = Warm(cold, always=("json",))
    try:
        probed(trial)
        if trial.faults:
            raise SandboxError(trial.problem, what_to_do="Runs are started cold, which is slower.")
    finally:
        trial.close()
    return Warm(cold)


def _replay() -> Sandbox:
    raise NoSandbox("A replay needs its recording.", what_to_do="Name it as replay:<folder>.")


TIERS: dict[str, Callable[[], Sandbox]] = {
    "warm": _warm,
    "bubblewrap": _bubblewrap,
    "landlock": lambda: probed(Landlock()),
    "none": NoSandboxTier,
    "replay": _replay,
}
"""Name → a function that gives the working tier or raises SandboxError. Strongest first."""


def choose(tier: str = "auto") -> Sandbox:
    """The tier of that name, or with `auto` the strongest that works (never `none`). The
    environment variable GRADER_SANDBOX stands in for `auto`. NoSandbox says what to do."""
    wanted = (os.environ.get("GRADER_SANDBOX") or "auto") if tier == "auto" else tier
    if wanted.startswith("replay:"):
        return Replay(Path(wanted.removeprefix("replay:")))
    if wanted == "auto":
        return _strongest()
    if wanted not in TIERS:
        known = ", ".join(TIERS)
        raise GraderError(f"There is no sandbox {wanted!r}.", what_to_do=f"Use one of: {known}.")
    return _working(wanted)


def _strongest() -> Sandbox:
    reasons = ""
    for name in _REAL:
        try:
            return _working(name)
        except SandboxError as problem:
            reasons += f" {name}: {problem.message}"
    raise NoSandbox(
        f"No sandbox works on this machine.{reasons}",
        what_to_do=_advice("bubblewrap", reasons)
        + " To run your own notebook without any protection, say --sandbox none.",
    )


@lru_cache(maxsize=8)
def _working(name: str) -> Sandbox:
    try:
        return TIERS[name]()
    except NoSandbox:
        raise
    except SandboxError as problem:
        raise NoSandbox(problem.message, what_to_do=_advice(name, problem.message)) from problem


def survey() -> dict[str, Sandbox | SandboxError]:
    """Every tier that protects, tried on this machine; or why it does not work."""
    tried: dict[str, Sandbox | SandboxError] = {}
    for name in _REAL:
        try:
            tried[name] = _working(name)
        except SandboxError as problem:
            tried[name] = problem
    return tried


def probed(sandbox: Sandbox) -> Sandbox:
    """Run the real profile on a program that tests its walls. SandboxError names the open one."""
    with scratch("probe") as here:
        folder, canary = here / "run", here / "canary"
        canary.write_text("must not be read", encoding="ascii")
        argv = ("{python}", "-I", "-S", "-c", _WALLS, str(canary), str(os.getpid()))
        running = sandbox.start(Job(argv=argv, folder=folder, limits=_PROBE_LIMITS))
        ended = running.wait(60)
        said = (folder / "console.log").read_text("utf-8", "replace").strip()
        if ended.status != "finished" or (folder / "out" / "ok").read_bytes() != b"ok":
            why = said.splitlines()[-1] if said else ended.message or f"exit {ended.exit_code}"
            raise SandboxError(f"The {sandbox.name} sandbox does not hold: {why}")
    return sandbox


_WALLS = """
import os, socket, sys
def open_wall(what): sys.exit("open: " + what)
try: open(sys.argv[1]).read(); open_wall("a file of the host can be read")
except OSError: pass
try: socket.socket(socket.AF_INET, socket.SOCK_STREAM); open_wall("the network can be reached")
except OSError: pass
try: open("/proc/%s/environ" % sys.argv[2]).read(1) and open_wall("other processes can be read")
except OSError: pass
try: open("/etc/probe", "w"); open_wall("the system can be written")
except OSError: pass
if os.getuid() == 0: open_wall("it runs as root")
open(os.environ["GRADER_OUT"] + "/ok", "w").write("ok")
"""


def stronger(sandbox: Sandbox) -> str:
    """How a tier that works can be made to hold more."""
    advice = []
    if sandbox.name == "landlock" and os.geteuid() != 0:
        advice.append("As root of a container every run gets a user of its own.")
    if groups.WATCHED in sandbox.lacks:
        advice.append(
            "For memory limits by the kernel, name a cgroup v2 folder that the grader may write to"
            f" in {groups.VARIABLE}."
        )
    return " ".join(advice)


def _advice(name: str, why: str) -> str:
    """One sentence for the person at the keyboard."""
    if sys.platform != "linux":
        return "Submissions of others can only be graded on Linux (a virtual machine will do)."
    if "cannot read" in why:
        return (
            "As root, put the grader where every user can read it (/opt, say, not a private home "
            "folder), or grade as an ordinary user."
        )
    if name == "landlock":
        return "Landlock needs Linux 5.13 or later with it switched on (lsm=landlock,…)."
    if not Path(PROGRAM).exists():
        return "Install bubblewrap, for example: apt-get install bubblewrap."
    denied = ("RTM_NEWADDR", "uid map", "Permission denied", "Operation not permitted")
    if any(word in why for word in (*denied, "No permissions", "unshare")):
        return (
            "User namespaces are refused here. On Ubuntu 23.10 or later allow them for bwrap with "
            "an AppArmor profile (docs/threat-model.md shows it); in a container use the landlock "
            "tier."
        )
    return "Run `grader doctor`."
