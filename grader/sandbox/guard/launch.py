"""The last step before a submission's code: limits, Landlock, seccomp, then exec.

Runs in the process that becomes the submission: inside bubblewrap as a bare interpreter, in the
landlock tier in a child of the supervisor. `ready` on the status pipe and its closing by exec tell
the supervisor that everything is in place; anything else on it is a fault of ours.
"""

import json
import os
import signal
import struct
from contextlib import suppress
from typing import Any

from . import kernel

READY = b"ready"
EXIT_NOT_STARTED = 125


def hold(policy: dict[str, Any]) -> None:
    """Never returns: keeps a sandbox open for a process that comes in from outside (warm workers).
    As pid 1, behind the same walls as the program that will run here: no signal from inside can end
    it. When it ends, the kernel ends everything in there."""
    status = int(policy["status_fd"])
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans end up here: nobody waits for them
        fence(policy, status)
        os.write(status, READY)
        for descriptor in (0, 1, 2, status):
            os.close(descriptor)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        confess(status, problem)
        os._exit(EXIT_NOT_STARTED)
    while True:
        signal.pause()


def read_policy(descriptor: int) -> dict[str, Any]:
    with os.fdopen(descriptor, "rb") as stream:
        policy: dict[str, Any] = json.load(stream)
    return policy


def become(policy: dict[str, Any]) -> None:
    """Never returns. Keys: argv env cwd rlimits landlock seccomp uid status_fd."""
    status = int(policy["status_fd"])
    try:
        fence(policy, status)
        os.write(status, READY)
        os.execve(policy["argv"][0], policy["argv"], policy["env"])  # noqa: S606
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the supervisor must know
        confess(status, problem)
    finally:
        os._exit(EXIT_NOT_STARTED)


def confess(status: int, problem: BaseException) -> None:
    """Tell the supervisor what went wrong before anything of the submission's ran."""
    os.write(status, f"|{type(problem).__name__}: {problem}".encode()[:2000])


def attach(console: int) -> None:
    """Nothing to read, and the run's console to write to."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(console, 1)
    os.dup2(console, 2)


def go_first() -> None:
    """On a machine out of memory, not the supervisor and not the grader."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as own:  # noqa: PTH123
        own.write("1000")


def fence(policy: dict[str, Any], status: int) -> None:
    """Every wall that a process can put around itself."""
    os.set_inheritable(status, False)
    os.umask(0o022)
    with suppress(PermissionError):
        os.setsid()  # refused where it already leads a session
    if policy.get("uid") is not None:
        change_user(policy["uid"])
    os.chdir(policy["cwd"])
    _limit(policy["rlimits"])
    # Python ignores SIGPIPE and SIGXFSZ, and exec keeps that; a submission starts as usual.
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.closerange(3, status)
    os.closerange(status + 1, 65536)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if policy.get("die_with_parent"):
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    kernel.landlock(policy["landlock"])
    if policy.get("seccomp"):
        program = bytes.fromhex(policy["seccomp"])
        kernel.seccomp(with_own_pid(program, policy["own_pid"], os.getpid()))


def with_own_pid(program: bytes, stand_in: int, pid: int) -> bytes:
    """The filter with the pid, known only now, in place of the number that stood for it."""
    return b"".join(
        struct.pack("=HBBI", code, yes, no, pid if constant == stand_in else constant)
        for code, yes, no, constant in struct.iter_unpack("=HBBI", program)
    )


def change_user(uid: int) -> None:
    """To a uid that nothing else has: no groups, no way back."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getuid() != uid or os.geteuid() != uid:
        raise PermissionError("the user could not be changed")


def _limit(limits: dict[str, int]) -> None:
    import resource  # noqa: PLC0415 - not on Windows, where this is never called

    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))
