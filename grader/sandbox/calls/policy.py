"""Which system calls a submission may not make, and why. One list for both real tiers."""

import errno
from collections.abc import Iterator

from grader.sandbox.calls.compiler import Rule, Where

_NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_STREAM, _SEQPACKET = 1, 5
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_MM, _PR_SET_PTRACER = 4, 22, 35, 0x59616D61

DENIED: dict[str, str] = {
    "memory and descriptors of other processes": (
        "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise "
        "process_mrelease"
    ),
    "mounts and roots": (
        "mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr "
        "statmount listmount chroot pivot_root"
    ),
    "namespaces": "unshare setns",
    "the kernel's key rings": "keyctl add_key request_key",
    "large kernel surfaces": (
        "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
        "lookup_dcookie remap_file_pages lsm_set_self_attr"
    ),
    "memory that no limit of ours sees": "memfd_secret memfd_create",
    "the machine as a whole": (
        "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff "
        "acct quotactl quotactl_fd settimeofday clock_settime clock_adjtime adjtimex iopl ioperm "
        "modify_ldt syslog vhangup sethostname setdomainname"
    ),
    "files past their paths": "name_to_handle_at open_by_handle_at",
    "watching files of others": (
        "fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch"
    ),
    "System V and POSIX queues, which outlive a process": (
        "shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl "
        "mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr"
    ),
    "devices": "mknod mknodat",
    "attributes outside of limits": (
        "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
    ),
    "placement of memory": "mbind move_pages migrate_pages set_mempolicy_home_node",
}
"""Reason → calls that are refused with EPERM, whatever their arguments."""


def rules(
    *,
    connect: bool,
    signals_of: int | None = None,
    limits_of: int | None = None,
    pretend: bool = False,
    truncate: bool = True,
) -> list[Rule]:
    """The policy of one sandbox.

    connect: whether it may connect to unix sockets (only where no path leads to the host's).
    signals_of: signals only to this pid; None: no such rule (another wall stands there).
    limits_of: limits and priorities only of this pid and of oneself (0); None: no such rule.
    truncate: False where Landlock does not see truncate(2) yet.
    pretend: changing modes, owners and times answers 0 and does nothing (Landlock does not see
    those calls, and with the grader's own uid they would work on the grader's files).
    """
    denied = [name for names in DENIED.values() for name in names.split()]
    policy = [Rule(name, errno.EPERM) for name in denied]
    policy += [*_by_argument(), *_sockets()]
    if not connect:
        policy.append(Rule("connect", errno.EACCES))
    if not truncate:
        policy.append(Rule("truncate", errno.EACCES))
    if signals_of is not None:
        policy += _only_own_signals(signals_of)
    if limits_of is not None:
        policy += _only_own_limits(limits_of)
    if pretend:
        policy += [Rule(name, 0) for name in _PRETENDED]
    return policy


_PRETENDED = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat"),
)


def _by_argument() -> Iterator[Rule]:
    yield Rule("clone", errno.EPERM, (Where(0, "any bit", (_NEW_NAMESPACES,)),))
    # Its flags are in memory, where no filter can look; the C library falls back to clone.
    yield Rule("clone3", errno.ENOSYS)
    yield Rule("ioctl", errno.EPERM, (Where(1, "in", (_TIOCSTI, _TIOCLINUX)),))
    options = (_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_MM, _PR_SET_PTRACER)
    yield Rule("prctl", errno.EPERM, (Where(0, "in", options),))
    yield Rule("personality", errno.EPERM, (Where(0, "not in", (0, 0xFFFFFFFF)),))
    yield Rule("seccomp", errno.EPERM)


def _sockets() -> Iterator[Rule]:
    """Unix streams only. The answers are those that libraries understand."""
    # libzmq aborts the process unless a refused netlink socket says just this.
    yield Rule("socket", errno.EOPNOTSUPP, (Where(0, "in", (_AF_NETLINK,)),))
    yield Rule("socket", errno.ENETUNREACH, (Where(0, "in", (_AF_INET, _AF_INET6)),))
    for call in ("socket", "socketpair"):
        yield Rule(call, errno.EPERM, (Where(0, "not in", (_AF_UNIX,)),))
        kinds = Where(1, "not in", (_STREAM, _SEQPACKET), mask=0xF)
        yield Rule(call, errno.EPERM, (kinds,))


def _only_own_signals(pid: int) -> Iterator[Rule]:
    for call in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        yield Rule(call, errno.EPERM, (Where(0, "not in", (pid,)),))
    for call in ("tkill", "pidfd_send_signal"):
        yield Rule(call, errno.EPERM)


def _only_own_limits(pid: int) -> Iterator[Rule]:
    """Limits and scheduling only of oneself: Landlock's signal scope does not cover them."""
    for call in ("prlimit64", "sched_setaffinity", "sched_setattr"):
        yield Rule(call, errno.EPERM, (Where(0, "not in", (0, pid)),))
    # The C library names threads by their own ids, which no filter can know for ours; libzmq sets
    # what is set already, and aborts the process when that is refused. So: 0, and nothing is done.
    for call in ("sched_setscheduler", "sched_setparam"):
        yield Rule(call, 0, (Where(0, "not in", (0, pid)),))
    yield Rule("setpriority", errno.EPERM, (Where(1, "not in", (0, pid)),))
    yield Rule("ioprio_set", errno.EPERM, (Where(1, "not in", (0, pid)),))
