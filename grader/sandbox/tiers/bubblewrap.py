"""Tier `bubblewrap`: namespaces by bwrap, built by our supervisor on a disk of its own.

Inside: `/grader/{work,out,in,sock,inside,<mounts>}`, `/home/student`, a private `/tmp`, the system
and Python read-only, nothing else. Every namespace is named one by one: `--unshare-all` would go on
without a user namespace where there is none.
"""

import os
import subprocess
import sys
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from grader.records import SandboxError
from grader.sandbox import calls
from grader.sandbox.machine import groups, runtime
from grader.sandbox.plan import fill, plan_job, rlimits
from grader.sandbox.seam import Job, Running, Sandbox
from grader.sandbox.supervised import start_supervised

PROGRAM = "/usr/bin/bwrap"
_LAUNCH = (
    "import sys; sys.path.insert(0, '/grader'); from guard import launch; "
    "launch.{action}(launch.read_policy(int(sys.argv[1])))"
)
_NAMESPACES = ("user", "ipc", "pid", "net", "uts", "cgroup")
_UID = "1000"
_ACCOUNTS = {
    "/etc/passwd": "student:x:1000:1000:student:/home/student:/bin/sh\n",
    "/etc/group": "student:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}


class Bubblewrap(Sandbox):
    name = "bubblewrap"
    own_root = True

    def __init__(self, own_disk: bool = True) -> None:
        """own_disk: a tmpfs made by the supervisor. Without (user namespaces only for bwrap itself,
        as AppArmor may have it) the folders lie on the host's disk and are watched."""
        self.own_disk = own_disk

    @property
    def lacks(self) -> tuple[str, ...]:
        disk = [] if self.own_disk else ["disk space and files are watched, not reserved"]
        return (*disk, *groups.lacking())

    def start(self, job: Job) -> Running:
        return start_supervised(job, partial(self.order, job))

    def order(
        self, job: Job, scratch: Path, uid: int | None, *, held: bool = False
    ) -> dict[str, Any]:
        """What the supervisor is told. Raises SandboxError.
        held: the sandbox is only kept open, for a process that comes in from outside."""
        if uid is not None and not self.own_disk:
            raise SandboxError("As root this tier needs a disk of its own.")
        disk = scratch / "m"
        paths = _paths(job)
        plan = plan_job(job, paths)
        command, staged = _command(job, disk, paths, stage=uid is not None, held=held)
        watched = {"mounted": str(disk)} if self.own_disk else {"below": [str(disk)]}
        write = ["/grader/work", "/grader/out", "/tmp", "/home/student", "/dev/shm"]  # noqa: S108
        return {
            **plan.order(scratch, uid, ("work", "out", "tmp", "home", "shm")),
            "own_disk": self.own_disk,
            "staged": staged,
            "files": [(str(disk / path[1:]), text) for path, text in _ACCOUNTS.items()],
            "command": command,
            "filter": calls.assemble(calls.rules(connect=True)).hex(),
            "policy": {
                "argv": plan.argv,
                "env": plan.env,
                "cwd": "/grader/work",
                "rlimits": rlimits(job.limits, own_namespace=True, uid=uid),
                "landlock": [
                    *(("/", "read"), ("/dev", "device"), ("/grader/sock", "sockets")),
                    *((path, "write") for path in write),
                ],
            },
            "watched": {"sockets": str(scratch / "sock"), **watched},
        }


def _paths(job: Job) -> dict[str, str]:
    """Placeholder → path inside."""
    fixed = {name: f"/grader/{name}" for name in ("work", "out", "in", "sock", "inside")}
    mounts = {mount.name: f"/grader/{mount.name}" for mount in job.mounts}
    return {
        **mounts,
        **fixed,
        "home": "/home/student",
        "tmp": "/tmp",  # noqa: S108 - the sandbox's own
        "python": os.path.abspath(sys.executable),  # noqa: PTH100
    }


def _command(
    job: Job, disk: Path, paths: dict[str, str], *, stage: bool, held: bool
) -> tuple[list[str], list[tuple[str, str]]]:
    """bwrap's words, and what the supervisor has to bind below `disk` first."""
    # Writable places first: Python may stand below /tmp.
    words = [PROGRAM, *_isolation(), *_places(disk, disk.parent / "sock")]
    staged: list[tuple[str, str]] = []
    for target, source in _readable(job, paths):
        origin = str(source)
        if stage and not any(runtime.within(source, folder) for folder in runtime.SYSTEM):
            name = f"ro/{len(staged)}"
            staged.append((origin, name))
            origin = str(disk / name)
        words += [*_parents(target), "--ro-bind", origin, str(target)]
    words += _masks()
    for name, goal in job.roots.items():  # outside of the work folder, where nothing else stands
        link = Path(os.path.normpath(Path(paths["work"], name)))
        words += [*_parents(link), "--symlink", fill(goal, paths), str(link)]
    words += ["--remount-ro", "/dev", "--remount-ro", "/"]
    if held:  # bubblewrap starts the process that keeps it open, and tells its pid
        words += ["--as-pid-1", "--info-fd", "{info_fd}"]
    words += ["--chdir", "/grader/work", "--seccomp", "{filter_fd}", "--", paths["python"]]
    launch = _LAUNCH.format(action="hold" if held else "become")
    return [*words, "-I", "-S", "-c", launch, "{policy_fd}"], staged


def _isolation() -> list[str]:
    words = [f"--unshare-{name}" for name in _NAMESPACES]
    words += ["--uid", _UID, "--gid", _UID, "--hostname", "sandbox"]
    words += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    if can_close_namespaces():
        words += ["--disable-userns", "--assert-userns-disabled"]
    return words


@lru_cache(maxsize=1)
def can_close_namespaces() -> bool:
    """bwrap 0.8 and later can forbid further user namespaces inside (seccomp forbids them too).
    Raises SandboxError where bwrap cannot be started at all."""
    try:
        options = subprocess.run([PROGRAM, "--help"], capture_output=True, check=False)  # noqa: S603
    except OSError as problem:
        raise SandboxError(f"{PROGRAM} cannot be started: {problem.strerror}.") from None
    return b"--assert-userns-disabled" in options.stdout


def _readable(job: Job, paths: dict[str, str]) -> list[tuple[Path, Path]]:
    """(path inside, folder or file on the host), outer folders first."""
    system = [path for path in runtime.SYSTEM if path.is_dir() and not path.is_symlink()]
    found = {path: path for path in (*system, *runtime.CONFIGURATION) if path.exists()}
    found |= runtime.prefixes()
    found[Path("/grader/guard")] = runtime.GUARD
    for name, source in runtime.programs(measures=job.measures).items():
        found[Path(paths["inside"], name)] = source
    found |= {Path(paths[mount.name]): mount.source.resolve() for mount in job.mounts}
    found[Path(paths["in"])] = (job.folder / "in").resolve()
    return sorted(found.items())


def _parents(target: Path) -> list[str]:
    """Folders above a mount: bwrap alone would make them 0700, closed to the sandbox's user."""
    above = reversed(target.parents[:-1])
    return [word for path in above for word in ("--perms", "0755", "--dir", str(path))]


def _masks() -> list[str]:
    """The system's links, the interpreter's links, and an empty folder over what is hidden."""
    words: list[str] = []
    for path in runtime.SYSTEM:
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]  # noqa: PTH115
    for link, target in runtime.links().items():
        words += [*_parents(link), "--symlink", target, str(link)]
    for folder in runtime.hidden():
        words += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    return words


def _places(disk: Path, sock: Path) -> list[str]:
    words = ["--perms", "0755", "--dir", "/grader", "--perms", "0755", "--dir", "/etc"]
    for source, target in (
        (disk / "tmp", "/tmp"),  # noqa: S108
        (disk / "home", "/home/student"),
        (disk / "work", "/grader/work"),
        (disk / "out", "/grader/out"),
        (sock, "/grader/sock"),
    ):
        words += [*_parents(Path(target)), "--bind", str(source), target]
    words += ["--proc", "/proc", "--dev", "/dev", "--bind", str(disk / "shm"), "/dev/shm"]  # noqa: S108
    for path in _ACCOUNTS:
        words += ["--ro-bind", str(disk / path[1:]), path]
    return words
