"""The compiler and the policy, on a simulated kernel: no system call is made."""

from __future__ import annotations

import errno
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from grader.records.errors import SandboxError
from grader.sandbox import calls as seccomp
from grader.sandbox.calls import ALLOW, ARCH, ERRNO, KILL_PROCESS, Rule, Where
from grader.sandbox.guard.launch import with_own_pid

NAMES = sorted(ARCH)
Ask = tuple[str, tuple[int, ...]]


def simulate(program: Sequence[seccomp.Instruction], data: bytes) -> int:
    """What the kernel would answer for one `struct seccomp_data`."""
    value = position = 0
    while True:
        code, yes, no, constant = program[position]
        position += 1
        if code == seccomp.RETURN:
            return constant
        if code == seccomp.LOAD:
            value = struct.unpack_from("=I", data, constant)[0]
        elif code == seccomp.AND:
            value &= constant
        else:
            holds = {
                seccomp.JEQ: value == constant,
                seccomp.JGT: value > constant,
                seccomp.JGE: value >= constant,
                seccomp.JSET: bool(value & constant),
            }[code]
            position += yes if holds else no


def answer(rules: list[Rule], architecture: str, call: str | int, *arguments: int) -> int:
    audit = ARCH[architecture]
    number = seccomp.numbers(architecture)[call] if isinstance(call, str) else call
    six = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, audit, 0, *six)
    return simulate(seccomp.compile_rules(rules, architecture), data)


def refused(number: int) -> int:
    return ERRNO | number


@pytest.fixture(params=NAMES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def full() -> list[Rule]:
    return seccomp.rules(connect=False, signals_of=77, limits_of=77, pretend=True, truncate=False)


def test_every_denied_name_is_refused(architecture: str) -> None:
    """Each name in the list is known on at least one architecture, and refused there."""
    rules = seccomp.rules(connect=True)
    table = seccomp.numbers(architecture)
    for names in seccomp.DENIED.values():
        for name in names:
            assert any(name in seccomp.numbers(known) for known in ARCH), name
            if name in table:
                assert answer(rules, architecture, name) == refused(errno.EPERM), name


def test_ordinary_calls_pass(architecture: str) -> None:
    """Reading, writing, starting programs and connecting where that is allowed."""
    for call in ("read", "write", "openat", "execve", "bind", "listen", "connect", "kill"):
        assert answer(seccomp.rules(connect=True), architecture, call) == ALLOW, call


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("socket", (1, 1), ALLOW),
        ("socket", (1, 5), ALLOW),
        ("socket", (1, 1 | 0o2000000 | 0o4000), ALLOW),  # CLOEXEC, NONBLOCK
        ("socket", (1, 2), refused(errno.EPERM)),
        ("socket", (1 | 1 << 32, 1), ALLOW),  # the kernel looks at 32 bits too
        ("socket", (2, 1), refused(errno.ENETUNREACH)),
        ("socket", (10, 2), refused(errno.ENETUNREACH)),
        ("socket", (16, 3), refused(errno.EOPNOTSUPP)),
        ("socket", (16 | 1 << 32, 3), refused(errno.EOPNOTSUPP)),
        ("socket", (40, 1), refused(errno.EPERM)),
        ("socketpair", (1, 1), ALLOW),
        ("socketpair", (1, 2), refused(errno.EPERM)),
        ("clone", (0x003D0F00,), ALLOW),  # a thread
        ("clone", (17,), ALLOW),  # a fork
        ("clone", (0x10000000 | 17,), refused(errno.EPERM)),
        ("clone", (0x40000000,), refused(errno.EPERM)),
        ("clone3", (0,), refused(errno.ENOSYS)),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), refused(errno.EPERM)),
        ("ioctl", (0, 0x5412 | 1 << 40), refused(errno.EPERM)),  # CVE-2019-10063
        ("prctl", (15,), ALLOW),
        ("prctl", (4, 0), refused(errno.EPERM)),
        ("prctl", (22,), refused(errno.EPERM)),
        ("personality", (0xFFFFFFFF,), ALLOW),
        ("personality", (0x0040000,), refused(errno.EPERM)),
        ("connect", (3,), refused(errno.EACCES)),
        ("truncate", (0,), refused(errno.EACCES)),
        ("kill", (77, 9), ALLOW),
        ("kill", (1, 9), refused(errno.EPERM)),
        ("kill", (0xFFFFFFFF, 9), refused(errno.EPERM)),
        ("tgkill", (77, 80, 6), ALLOW),
        ("tkill", (77,), refused(errno.EPERM)),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (77, 7), ALLOW),
        ("prlimit64", (78, 7), refused(errno.EPERM)),
        ("sched_setscheduler", (0, 3), ALLOW),
        ("sched_setscheduler", (78, 3), refused(0)),
        ("sched_setparam", (78,), refused(0)),
        ("sched_setaffinity", (78,), refused(errno.EPERM)),
        ("setpriority", (0, 0), ALLOW),
        ("setpriority", (0, 5), refused(errno.EPERM)),
        ("fchmodat", (0,), refused(0)),
    ],
)
def test_arguments_decide(
    architecture: str, call: str, arguments: tuple[int, ...], expected: int
) -> None:
    """The strictest policy, call by call."""
    assert answer(full(), architecture, call, *arguments) == expected


def test_foreign_code_is_killed_or_unknown(architecture: str) -> None:
    """Another architecture's calls kill; x32 and calls newer than reviewed do not exist."""
    program = seccomp.compile_rules(full(), architecture)
    i386 = struct.pack("=IIQ6Q", 1, 0x40000003, 0, 0, 0, 0, 0, 0, 0)
    assert simulate(program, i386) == KILL_PROCESS
    assert answer(full(), architecture, 0x40000000 | 1) == refused(errno.ENOSYS)
    assert answer(full(), architecture, 463) == refused(errno.ENOSYS)
    assert answer(full(), architecture, 462) == ALLOW


def test_program_fits(architecture: str) -> None:
    """BPF has room for 4096 instructions, and every jump lands inside the program."""
    program = seccomp.compile_rules(full(), architecture)
    assert len(program) < 1000
    for position, (code, yes, no, _) in enumerate(program):
        assert code == seccomp.RETURN or position + 1 + max(yes, no) < len(program)
    assert program[-1][0] == seccomp.RETURN


@given(
    values=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6, unique=True),
    asked=st.integers(0, 2**32 - 1),
    test=st.sampled_from(["in", "not in", "any bit"]),
    follow=st.booleans(),
)
def test_conditions_mean_what_they_say(
    values: list[int], asked: int, test: str, follow: bool
) -> None:
    """For any values, alone or before another condition, and the next rule is still reached."""
    conditions = [Where(1, test, tuple(values))]  # type: ignore[arg-type]
    if follow:
        conditions.append(Where(0, "in", (5,)))
    rules = [Rule("kill", 13, tuple(conditions)), Rule("kill", 14)]
    bits = 0
    for value in values:
        bits |= value
    holds = {"in": asked in values, "not in": asked not in values, "any bit": bool(asked & bits)}
    expected = 13 if holds[test] else 14
    assert answer(rules, "x86_64", "kill", 5, asked) == refused(expected)
    assert answer(rules, "x86_64", "read", 5, asked) == ALLOW
    if follow:
        assert answer(rules, "x86_64", "kill", 6, asked) == refused(14)


def test_own_pid_is_filled_in() -> None:
    """The stand-in for the pid is replaced everywhere, and nothing else is."""
    before = seccomp.assemble(seccomp.rules(connect=True, signals_of=0x7F000001), "x86_64")
    after = with_own_pid(before, 0x7F000001, 4321)
    expected = seccomp.assemble(seccomp.rules(connect=True, signals_of=4321), "x86_64")
    assert after == expected


def test_unknown_processor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a table there is no policy, and without a policy no sandbox."""
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(SandboxError, match="riscv64"):
        seccomp.assemble([])
