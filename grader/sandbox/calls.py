"""Which system calls a submission may not make, and why, as a program for the kernel: one list for
both real tiers, and a small compiler from it to classic BPF.

Shape: wrong architecture → kill; x32 and calls newer than reviewed → ENOSYS; then each rule in
order; then allow. A rule is a call with conditions on its arguments and what to answer. Jumps stay
inside one rule, so no offset ever exceeds the 255 that BPF has room for.

Facts: linux/filter.h, linux/seccomp.h (`struct seccomp_data`: nr at 0, arch at 4, args at 16, eight
bytes each, low word first on both supported architectures), linux/audit.h.
"""

import errno
import platform
import struct
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Literal

from grader.records import SandboxError

LOAD, JEQ, JGT, JGE, JSET, AND, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x54, 0x06
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS: dict[str, dict[str, list[int]]] = tomllib.loads(
    Path(__file__).with_name("calls.toml").read_text("ascii")
)
"""Why it is refused, or `OTHERS` → call → its numbers, in the order of `ARCH`."""
OTHERS = "others"
NEWEST_REVIEWED = 462
"""`mseal`. Later calls do not exist for a submission until someone has looked at them."""
_X32_BIT = 0x40000000
_ENOSYS = 38
_LONGEST_JUMP = 255

Instruction = tuple[int, int, int, int]
"""(code, jump if true, jump if false, constant)."""


@dataclass(frozen=True)
class Where:
    """A condition on the low 32 bits of one argument.
    `in`/`not in`: equal to one of / none of `values`, after `& mask`; `any bit`: shares a bit."""

    argument: int
    test: Literal["in", "not in", "any bit"]
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Rule:
    """When every condition holds for this call, answer with `errno` (0: pretend it worked)."""

    call: str
    errno: int
    where: tuple[Where, ...] = ()


def machine() -> str:
    """This machine's architecture in the kernel's word; SandboxError where there is no table."""
    name = platform.machine().lower()
    name = {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)
    if name not in ARCH:
        raise SandboxError(f"There is no system-call policy for {name} processors.")
    return name


@cache
def numbers(architecture: str) -> dict[str, int]:
    """Call → its number; what the architecture lacks is not there."""
    column = [*ARCH].index(architecture)
    rows = (row for calls in CALLS.values() for row in calls.items())
    return {name: given[column] for name, given in rows if len(given) > column}


def assemble(rules: Iterable[Rule], architecture: str | None = None) -> bytes:
    """Compile; 8 bytes an instruction, ready for `struct sock_fprog`."""
    program = compile_rules(rules, architecture or machine())
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def compile_rules(rules: Iterable[Rule], architecture: str) -> list[Instruction]:
    """The program as a list. Rules for calls that the architecture lacks are left out."""
    table = numbers(architecture)
    program: list[Instruction] = [
        (LOAD, 0, 0, 4),
        (JEQ, 1, 0, ARCH[architecture]),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, 0),
        (JGE, 0, 1, _X32_BIT),
        (RETURN, 0, 0, ERRNO | _ENOSYS),
        (JGT, 0, 1, NEWEST_REVIEWED),
        (RETURN, 0, 0, ERRNO | _ENOSYS),
    ]
    for rule in rules:
        if rule.call in table:
            program += _rule(table[rule.call], rule)
    program.append((RETURN, 0, 0, ALLOW))
    return program


def _rule(number: int, rule: Rule) -> list[Instruction]:
    """`nr == number and all conditions → errno`; otherwise on to the next rule, nr reloaded."""
    reload: list[Instruction] = [(LOAD, 0, 0, 0)] if rule.where else []
    body: list[Instruction] = [(RETURN, 0, 0, ERRNO | rule.errno), *reload]
    # Built backwards: a condition that fails jumps over what is already there, to the reload.
    for condition in reversed(rule.where):
        body = _condition(condition, len(body) - len(reload)) + body
    length = len(body)
    if length > _LONGEST_JUMP:
        raise ValueError(f"the rule for {rule.call} is too long")
    return [(JEQ, 0, length, number), *body]


def _condition(where: Where, ahead: int) -> list[Instruction]:
    """Fall through when it holds, jump `ahead` instructions further when it does not."""
    load: list[Instruction] = [(LOAD, 0, 0, 16 + 8 * where.argument)]
    if where.mask != 0xFFFFFFFF:  # noqa: PLR2004
        load.append((AND, 0, 0, where.mask))
    last = len(where.values) - 1
    if where.test == "any bit":
        return [*load, (JSET, 0, ahead, reduce(or_, where.values))]
    if where.test == "in":
        tests = [
            (JEQ, last - i, ahead if i == last else 0, value)
            for i, value in enumerate(where.values)
        ]
    else:
        tests = [(JEQ, ahead + last - i, 0, value) for i, value in enumerate(where.values)]
    return load + tests


_NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_STREAM, _SEQPACKET = 1, 5
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_MM, _PR_SET_PTRACER = 4, 22, 35, 0x59616D61

DENIED = {reason: names for reason, names in CALLS.items() if reason != OTHERS}
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
    those calls, and with the grader's own uid they would work on the grader's files)."""
    denied = [name for names in DENIED.values() for name in names]
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
