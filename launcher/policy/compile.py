#!/usr/bin/env python3
"""Makes seccomp filters of syscalls.txt: compile.py OUTDIR ARCHITECTURE writes two .bpf files.

A filter file is an array of `struct sock_filter` (linux/filter.h) in the machine's byte order: u16
code, u8 jt, u8 jf, u32 k. The filter is a balanced tree over ranges of numbers with one verdict, so
that any call is decided in about seven comparisons; Linux caches the plain `allow` leaves in a
bitmap anyway (kernel/seccomp.c).
"""

import errno
import re
import struct
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
NUMBERS = HERE / "numbers"
STAGES = ("strict", "zygote")

# linux/bpf_common.h
LOAD, JUMP_EQUAL, JUMP_NOT_BELOW, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# struct seccomp_data: int nr; u32 arch; u64 instruction_pointer; u64 args[6]
NR, ARCH, ARGS = 0, 4, 16
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
MAX_JUMP = 255
MAX_INSTRUCTIONS = 4096


class PolicyError(Exception):
    """The policy cannot be compiled; the message says which line and what to write instead."""


class Instruction(NamedTuple):
    code: int
    jt: int
    jf: int
    k: int


class Test(NamedTuple):
    """One look at the low 32 bits of an argument: a value, or (`bits`) any bit of a mask."""

    argument: int
    values: tuple
    bits: bool


class Clause(NamedTuple):
    """`verdict` when all `tests` hold; without tests it always holds."""

    verdict: int
    tests: tuple


class Architecture(NamedTuple):
    audit: int
    foreign_bit: int
    numbers: dict


class Policy(NamedTuple):
    """`table`: name to a verdict per stage: an action (int) or the name of one of the `rules`."""

    table: dict
    rules: dict


def lines_of(path):
    """Yields (place, text) of the lines that are neither empty nor a comment."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.partition("#")[0].rstrip()
        if text:
            yield f"{path.name}:{number}", text


def read_architecture(name):
    """Reads numbers/NAME.txt."""
    path = NUMBERS / f"{name}.txt"
    if not path.exists():
        raise PolicyError(f"there is no {path}; write it, from Linux's table for {name}")
    facts, numbers = {}, {}
    for place, text in lines_of(path):
        word, number = text.split()
        into = facts if word in ("arch", "foreign-bit") else numbers
        if word in into or int(number, 0) in numbers.values():
            raise PolicyError(f"{place}: {text} is there already; remove a line")
        into[word] = int(number, 0)
    return Architecture(facts["arch"], facts.get("foreign-bit", 0), numbers)


def read_action(place, word):
    if word == "allow":
        return ALLOW
    if hasattr(errno, word):
        return ERRNO | getattr(errno, word)
    raise PolicyError(f"{place}: {word} is no verdict; write allow or the name of an errno")


def read_test(place, text):
    match = re.fullmatch(r"arg([0-5]) (=|has) (\S+)", text)
    if not match:
        raise PolicyError(f"{place}: {text} is no test; write argN = VALUE|VALUE or argN has MASK")
    argument, relation, values = match.groups()
    return Test(int(argument), tuple(int(v, 0) for v in values.split("|")), relation == "has")


def read_clause(place, text):
    verdict, condition = text.split(maxsplit=1)
    tests = ()
    if condition != "otherwise":
        tests = tuple(read_test(place, t) for t in condition.removeprefix("if ").split(" and "))
    return Clause(read_action(place, verdict), tests)


def all_names():
    """The names of the system calls of every architecture that has a table."""
    return {name for path in NUMBERS.glob("*.txt") for name in read_architecture(path.stem).numbers}


def read_policy(path, known):
    """Reads a table like syscalls.txt; `known` are the system calls that may appear in it."""
    table, rules, rule = {}, {}, None
    for place, text in lines_of(path):
        words = text.split()
        if words[0] == "rule":
            rule = words[1]
            if rule in rules:
                raise PolicyError(f"{place}: rule {rule} is there already; remove one of the two")
            rules[rule] = []
        elif text[0] == " ":
            rules[rule].append(read_clause(place, text.strip()))
        else:
            name = words[0]
            if name not in known:
                raise PolicyError(
                    f"{place}: {name} is no system call; correct it or add its number"
                )
            if name in table:
                raise PolicyError(f"{place}: {name} is there already; remove one of the two lines")
            if len(words) < 1 + len(STAGES):
                raise PolicyError(f"{place}: {name} needs a verdict for strict and for zygote")
            table[name] = tuple(v if v in rules else read_action(place, v) for v in words[1:3])
    for name, clauses in rules.items():
        if not clauses or clauses[-1].tests or not all(c.tests for c in clauses[:-1]):
            raise PolicyError(f"{path.name}: rule {name} must end with its one `otherwise`")
    return Policy(table, rules)


def jump(code, k, jt, jf):
    if max(jt, jf) > MAX_JUMP:
        raise PolicyError(
            f"a jump of {max(jt, jf)} is too far, {MAX_JUMP} is the limit: shorten a rule"
        )
    return Instruction(code, jt, jf, k)


def compile_test(test, to_next):
    """Falls through if the test holds, else jumps over `to_next` instructions."""
    code = JUMP_ANY_BIT if test.bits else JUMP_EQUAL
    program = [Instruction(LOAD, 0, 0, ARGS + 8 * test.argument)]
    for at, value in enumerate(test.values):
        left = len(test.values) - 1 - at
        program.append(jump(code, value, left, 0 if left else to_next))
    return program


def compile_rule(clauses):
    program = []
    for clause in clauses:
        body = [Instruction(RETURN, 0, 0, clause.verdict)]
        for test in reversed(clause.tests):
            body = compile_test(test, len(body)) + body
        program += body
    return program


def ranges_of(numbered):
    """Yields (first number, verdict) of runs of equal verdicts; gaps and the end get ENOSYS."""
    before = None
    for number in range(max(numbered) + 2):
        verdict = numbered.get(number, ERRNO | errno.ENOSYS)
        if verdict != before:
            yield number, verdict
            before = verdict


def compile_tree(ranges, leaf):
    if len(ranges) == 1:
        return leaf(ranges[0][1])
    middle = len(ranges) // 2
    below, above = compile_tree(ranges[:middle], leaf), compile_tree(ranges[middle:], leaf)
    return [jump(JUMP_NOT_BELOW, ranges[middle][0], len(below), 0)] + below + above


def compile_filter(policy, architecture, stage):
    """The whole filter of one stage, a list of instructions."""

    def leaf(verdict):
        if verdict in policy.rules:
            return compile_rule(policy.rules[verdict])
        return [Instruction(RETURN, 0, 0, verdict)]

    column = STAGES.index(stage)
    numbers = architecture.numbers
    numbered = {numbers[name]: row[column] for name, row in policy.table.items() if name in numbers}
    program = [
        Instruction(LOAD, 0, 0, ARCH),
        Instruction(JUMP_EQUAL, 1, 0, architecture.audit),
        Instruction(RETURN, 0, 0, KILL),
        Instruction(LOAD, 0, 0, NR),
    ]
    if architecture.foreign_bit:
        program += [
            Instruction(JUMP_NOT_BELOW, 0, 1, architecture.foreign_bit),
            Instruction(RETURN, 0, 0, ERRNO | errno.ENOSYS),
        ]
    program += compile_tree(list(ranges_of(numbered)), leaf)
    if len(program) > MAX_INSTRUCTIONS:
        raise PolicyError(
            f"{len(program)} instructions, {MAX_INSTRUCTIONS} is the limit: merge rules"
        )
    return program


def main(outdir, architecture_name):
    architecture = read_architecture(architecture_name)
    policy = read_policy(HERE / "syscalls.txt", all_names())
    for stage in STAGES:
        program = compile_filter(policy, architecture, stage)
        packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
        Path(outdir, f"{stage}.bpf").write_bytes(packed)
        print(f"{stage}.bpf: {len(program)} instructions")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except PolicyError as error:
        sys.exit(f"compile.py: {error}")
