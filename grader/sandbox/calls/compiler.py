"""A small compiler from a deny list to a classic BPF program, shared by both real tiers.

Shape: wrong architecture → kill; x32 and calls newer than reviewed → ENOSYS; then each rule in
order; then allow. A rule is a call with conditions on its arguments and what to answer. Jumps stay
inside one rule, so no offset ever exceeds the 255 that BPF has room for.

Facts: linux/filter.h, linux/seccomp.h (`struct seccomp_data`: nr at 0, arch at 4, args at 16, eight
bytes each, low word first on both supported architectures), linux/audit.h.
"""

import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from grader.records import SandboxError
from grader.sandbox.calls.numbers import AARCH64, NEWEST_REVIEWED, X86_64

LOAD, JEQ, JGT, JGE, JSET, AND, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x54, 0x06
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
ARCH = {"x86_64": (0xC000003E, X86_64), "aarch64": (0xC00000B7, AARCH64)}
_X32_BIT = 0x40000000
_ENOSYS = 38
_LONGEST_JUMP = 255

Instruction = tuple[int, int, int, int]
"""(code, jump if true, jump if false, constant)."""


@dataclass(frozen=True)
class Where:
    """A condition on the low 32 bits of one argument.

    `in`/`not in`: equal to one of / none of `values`, after `& mask`; `any bit`: shares a bit.
    """

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


def assemble(rules: Iterable[Rule], architecture: str | None = None) -> bytes:
    """Compile; 8 bytes an instruction, ready for `struct sock_fprog`."""
    program = compile_rules(rules, architecture or machine())
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def compile_rules(rules: Iterable[Rule], architecture: str) -> list[Instruction]:
    """The program as a list. Rules for calls that the architecture lacks are left out."""
    audit, table = ARCH[architecture]
    program: list[Instruction] = [
        (LOAD, 0, 0, 4),
        (JEQ, 1, 0, audit),
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
        bits = 0
        for value in where.values:
            bits |= value
        return [*load, (JSET, 0, ahead, bits)]
    if where.test == "in":
        tests = [
            (JEQ, last - i, ahead if i == last else 0, value)
            for i, value in enumerate(where.values)
        ]
    else:
        tests = [(JEQ, ahead + last - i, 0, value) for i, value in enumerate(where.values)]
    return load + tests
