"""The few Linux calls that Python 3.11 lacks: namespaces, mounts, prctl, Landlock, seccomp.

Facts from the kernel's own headers: linux/sched.h, linux/mount.h, linux/prctl.h,
linux/landlock.h, linux/seccomp.h, linux/filter.h. Every failure is an OSError.
"""

import ctypes
import os
import struct
from functools import cache
from typing import Any

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
EVERY_NAMESPACE = CLONE_NEWNS | CLONE_NEWUSER | 0x02000000 | 0x04000000 | 0x08000000 | 0x60000000
"""With cgroup, uts, ipc, pid and net."""

MS_NOSUID, MS_NODEV, MS_BIND = 2, 4, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
CAPABILITY_VERSION_3 = 0x20080522
SECCOMP_MODE_FILTER = 2

# Equal on every architecture: numbers from 424 on are shared (asm-generic/unistd.h).
SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446

# Not so the older ones: arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h.
SYS_KCMP = {"x86_64": 312, "aarch64": 272, "riscv64": 272}
KCMP_VM = 1


@cache
def _c() -> Any:
    """The C library, loaded when first needed: this module must also import on macOS, Windows."""
    return ctypes.CDLL(None, use_errno=True)


def _checked(value: int, what: str) -> int:
    if value < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return value


def _syscall(number: int, what: str, *args: Any) -> int:
    wide = [a if not isinstance(a, int) else ctypes.c_long(a) for a in args]
    return _checked(int(_c().syscall(ctypes.c_long(number), *wide)), what)


def prctl(option: int, value: int) -> None:
    _checked(_c().prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl({option})")


def share_memory(first: int, second: int) -> bool:
    """Whether two processes have all their memory in common, as after vfork until exec; False
    where the kernel does not tell."""
    number = SYS_KCMP.get(os.uname().machine)
    try:
        return number is not None and _syscall(number, "kcmp", first, second, KCMP_VM, 0, 0) == 0
    except OSError:
        return False


def unshare(flags: int) -> None:
    _checked(_c().unshare(flags), "unshare")


def setns(descriptor: int, kinds: int) -> None:
    """Join namespaces; by a pidfd (Linux >= 5.8) several at once."""
    _checked(_c().setns(descriptor, kinds), "setns")


def drop_capabilities(last: int) -> None:
    """All of them, of every set, up to the number `last`; the bounding set too."""
    for number in range(last + 1):
        prctl(PR_CAPBSET_DROP, number)
    _checked(_c().prctl(PR_CAP_AMBIENT, ctypes.c_ulong(4), 0, 0, 0), "ambient capabilities")
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    _checked(_c().capset(header, bytes(24)), "capset")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    arguments = [text.encode() for text in (source, target, kind)]
    flag, options = ctypes.c_ulong(flags), data.encode() or None
    _checked(_c().mount(*arguments, flag, options), f"mount {kind or 'bind'}")


def unmount(target: str) -> None:
    _checked(_c().umount2(target.encode(), MNT_DETACH), "umount")


EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << i for i in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK = (1 << i for i in range(6, 12))
MAKE_SYM, REFER, TRUNCATE, IOCTL_DEV = (1 << i for i in range(12, 16))

READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV | TRUNCATE
WRITE = (READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM) | (
    MAKE_SOCK | MAKE_FIFO | REFER | TRUNCATE
)
SOCKETS = READ_DIR | READ_FILE | WRITE_FILE | MAKE_SOCK | REMOVE_FILE
NAMES = READ_DIR
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""Rights that may be given on something that is no directory."""

RIGHTS = {"read": READ, "write": WRITE, "device": DEVICE, "sockets": SOCKETS, "names": NAMES}


def landlock_abi() -> int:
    """Landlock's ABI version of this kernel; 0 where there is none or it is switched off."""
    try:
        return _syscall(SYS_LANDLOCK_CREATE_RULESET, "landlock", None, 0, 1)
    except (OSError, AttributeError):
        return 0


def landlock(rules: list[tuple[str, str]]) -> None:
    """Restrict this thread, for ever, to `rules`: (path, name in `RIGHTS`). Missing paths are left.
    Needs no_new_privs."""
    abi = landlock_abi()
    # Everything that this ABI can restrict: file rights, TCP rights, scopes.
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1
    attributes = struct.pack("=QQQ", files, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)  # noqa: PLR2004
    size = 8 if abi < 4 else 16 if abi < 6 else 24  # noqa: PLR2004
    ruleset = _syscall(SYS_LANDLOCK_CREATE_RULESET, "landlock_create_ruleset", attributes, size, 0)
    try:
        for path, right in rules:
            _add_rule(ruleset, path, RIGHTS[right] & files)
        _syscall(SYS_LANDLOCK_RESTRICT_SELF, "landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _add_rule(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # what cannot be reached needs no permission
    try:
        if not os.path.isdir(f"/proc/self/fd/{descriptor}") and not os.path.isdir(path):  # noqa: PTH112
            rights &= FOR_FILES
        if rights:
            rule = struct.pack("=Qi", rights, descriptor)
            _syscall(SYS_LANDLOCK_ADD_RULE, "landlock_add_rule", ruleset, 1, rule, 0)
    finally:
        os.close(descriptor)


def seccomp(program: bytes) -> None:
    """Install a compiled filter (8 bytes an instruction). Needs no_new_privs."""
    array = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(array))
    _checked(_c().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0), "seccomp")
