"""A control group (cgroup v2) of one run: memory and processes bounded by the kernel itself.

Only where it may: some folder of the hierarchy must let us make groups with a memory controller.
The watchdog goes on all the same, it names the limit; the group is the wall between two looks.
Facts: Documentation/admin-guide/cgroup-v2.rst of the kernel.
"""

import os
import time
from contextlib import suppress

PREFIX = "notebook-grader-"
_MB = 1 << 20
_SPARE_MB = 64
_SPARE_TASKS = 64
_REMOVE_ROUNDS = 100


class Group:
    def __init__(self, path: str) -> None:
        self.path = path

    def enter(self, pid: int = 0) -> None:
        """Put a process into it (0: the calling one); its children follow."""
        self._write("cgroup.procs", str(pid))

    def memory_kills(self) -> int:
        """How often the kernel killed in it because its memory was used up."""
        return memory_kills(f"{self.path}/memory.events")

    def peak_mb(self) -> float:
        """Most memory it ever held; 0 where the kernel does not say (before Linux 5.19)."""
        try:
            with open(f"{self.path}/memory.peak", encoding="ascii") as stream:  # noqa: PTH123
                return int(stream.read()) / _MB
        except (OSError, ValueError):
            return 0.0

    def kill(self) -> None:
        """Everything in it, at once (Linux 5.14)."""
        with suppress(OSError):
            self._write("cgroup.kill", "1")

    def remove(self) -> bool:
        """Take it away; False where something still lives in it."""
        for _ in range(_REMOVE_ROUNDS):
            try:
                os.rmdir(self.path)  # noqa: PTH106
                return True
            except FileNotFoundError:
                return True
            except OSError:
                time.sleep(0.01)
        return False

    def _write(self, name: str, text: str) -> None:
        descriptor = os.open(f"{self.path}/{name}", os.O_WRONLY)  # never makes the file
        try:
            os.write(descriptor, text.encode("ascii"))
        finally:
            os.close(descriptor)


def memory_kills(path: str) -> int:
    """How often the kernel has killed for lack of memory, as a file of lines `name number` says."""
    with suppress(OSError), open(path, "rb") as stream:  # noqa: PTH123
        for line in stream:
            if line.startswith(b"oom_kill "):
                return int(line.split()[1])
    return 0


def make(parent: str, limits: dict[str, int], *, own_disk: bool) -> Group | None:
    """A new group below `parent`; None where this may not be, or has no memory controller.
    own_disk: the run's files are memory too, and count."""
    group = Group(f"{parent}/{PREFIX}{os.getpid()}-{time.monotonic_ns()}")
    try:
        os.mkdir(group.path)  # noqa: PTH102
    except OSError:
        return None
    most = limits["memory_mb"] + _SPARE_MB + (limits["disk_mb"] if own_disk else 0)
    try:
        group._write("memory.max", str(most * _MB))
        group._write("memory.oom.group", "1")
        with suppress(OSError):  # kernels without swap accounting
            group._write("memory.swap.max", "0")
        with suppress(OSError):  # the controller of processes may be missing
            group._write("pids.max", str(limits["threads"] + _SPARE_TASKS))
    except OSError:
        group.remove()
        return None
    return group


def sweep(parent: str) -> None:
    """Remove empty groups of ours that a killed supervisor left."""
    with suppress(OSError):
        for name in os.listdir(parent):  # noqa: PTH208
            if name.startswith(PREFIX):
                with suppress(OSError):
                    os.rmdir(f"{parent}/{name}")  # noqa: PTH106
