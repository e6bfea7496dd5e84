"""Run a command as inside a container's default profile: `python like_a_container.py COMMAND…`.
With WITHOUT_LANDLOCK=1 in the environment, as on a kernel that has none.

What Docker, Kubernetes and the platforms built on them refuse by default: namespaces, mounts, and
(as root) the capabilities that those would need. Everything that is started inherits it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys

from grader.sandbox import calls as seccomp
from grader.sandbox.calls import _NEW_NAMESPACES, Rule, Where
from grader.sandbox.guard import kernel

REFUSED = (
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree"),
    *("fsopen", "fsmount", "fsconfig", "mount_setattr", "keyctl", "add_key", "request_key", "bpf"),
    *("perf_event_open", "userfaultfd", "io_uring_setup", "ptrace", "swapon", "reboot"),
)
PR_CAPBSET_DROP = 24
KEPT = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
"""CAP_CHOWN … CAP_SETFCAP: Docker's default set, by number (linux/capability.h)."""
LAST = 40


def main() -> None:
    if os.geteuid() == 0:
        for number in set(range(LAST + 1)) - KEPT:
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    else:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    rules = [Rule(name, errno.EPERM) for name in REFUSED]
    rules.append(Rule("clone", errno.EPERM, (Where(0, "any bit", (_NEW_NAMESPACES,)),)))
    rules.append(Rule("clone3", errno.ENOSYS))
    if os.environ.get("WITHOUT_LANDLOCK"):
        rules.append(Rule("landlock_create_ruleset", errno.ENOSYS))
    kernel.seccomp(seccomp.assemble(rules))
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606


if __name__ == "__main__":
    main()
