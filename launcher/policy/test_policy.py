#!/usr/bin/env python3
"""Runs the filters, as the kernel would, over every number and the edges of every rule."""

import errno
import itertools
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import compile as policy_compiler  # noqa: E402
from compile import ALLOW, ARCH, ARGS, ERRNO, HERE, KILL, NR, STAGES, PolicyError  # noqa: E402

ENOSYS = ERRNO | errno.ENOSYS
EPERM = ERRNO | errno.EPERM


def run(program, number, arch, args=(0,) * 6):
    """Interprets a filter; returns its action. Raises on an unknown instruction."""
    words = {NR: number & 0xFFFFFFFF, ARCH: arch}
    for i, value in enumerate(args):
        words[ARGS + 8 * i] = value & 0xFFFFFFFF
        words[ARGS + 8 * i + 4] = value >> 32
    accumulator, at = 0, 0
    while True:
        code, jt, jf, k = program[at]
        at += 1
        if code == policy_compiler.LOAD:
            accumulator = words[k]
        elif code == policy_compiler.JUMP_EQUAL:
            at += jt if accumulator == k else jf
        elif code == policy_compiler.JUMP_NOT_BELOW:
            at += jt if accumulator >= k else jf
        elif code == policy_compiler.JUMP_ANY_BIT:
            at += jt if accumulator & k else jf
        elif code == policy_compiler.RETURN:
            return k
        else:
            raise AssertionError(f"unknown instruction {code:#x}")


def expected(clauses, args):
    """What a rule says, read straight from its text."""
    for clause in clauses:
        if all(holds(test, args[test.argument] & 0xFFFFFFFF) for test in clause.tests):
            return clause.verdict
    raise AssertionError("a rule without otherwise")


def holds(test, value):
    return bool(value & test.values[0]) if test.bits else value in test.values


def edges(clauses, argument):
    """Values around everything a rule compares this argument with, with and without high bits."""
    named = {v for c in clauses for t in c.tests if t.argument == argument for v in t.values}
    near = {0, 0xFFFFFFFF} | {(v + d) & 0xFFFFFFFF for v in named for d in (-1, 0, 1)}
    bits = {1 << b for v in named if v.bit_count() > 1 for b in range(32)}
    low = near | bits
    return sorted(low | {v | 1 << 32 for v in near})


class Filters(unittest.TestCase):
    def setUp(self):
        self.architecture = policy_compiler.read_architecture("x86_64")
        self.policy = policy_compiler.read_policy(
            HERE / "syscalls.txt", policy_compiler.all_names()
        )
        self.programs = {
            s: policy_compiler.compile_filter(self.policy, self.architecture, s) for s in STAGES
        }
        self.names = {number: name for name, number in self.architecture.numbers.items()}

    def verdict(self, stage, name, *args):
        args = (args + (0,) * 6)[:6]
        return run(
            self.programs[stage], self.architecture.numbers[name], self.architecture.audit, args
        )

    def test_every_number_gets_what_the_table_says(self):
        for column, stage in enumerate(STAGES):
            for number in range(512):
                row = self.policy.table.get(self.names.get(number))
                want = row[column] if row else ENOSYS
                if want in self.policy.rules:
                    want = expected(self.policy.rules[want], (0,) * 6)
                got = run(self.programs[stage], number, self.architecture.audit)
                self.assertEqual(got, want, f"{stage}: {number} {self.names.get(number)}")

    def test_every_rule_decides_as_its_text_at_all_edges(self):
        for column, stage in enumerate(STAGES):
            for name, row in self.policy.table.items():
                if row[column] not in self.policy.rules:
                    continue
                clauses = self.policy.rules[row[column]]
                looked_at = sorted({t.argument for c in clauses for t in c.tests})
                for values in itertools.product(*(edges(clauses, a) for a in looked_at)):
                    args = [0] * 6
                    for argument, value in zip(looked_at, values):
                        args[argument] = value
                    self.assertEqual(
                        self.verdict(stage, name, *args), expected(clauses, args), f"{name} {args}"
                    )

    def test_x32_and_numbers_beyond_the_table_do_not_exist(self):
        for stage in STAGES:
            for number in (
                0x40000000,
                0x40000001,
                0x400001FF,
                0x7FFFFFFF,
                0xFFFFFFFF,
                470,
                1000,
                0x3FFFFFFF,
            ):
                self.assertEqual(
                    run(self.programs[stage], number, self.architecture.audit), ENOSYS, hex(number)
                )

    def test_a_foreign_architecture_is_killed(self):
        for stage in STAGES:
            for arch in (0x40000003, 0xC00000B7, 0, 0xFFFFFFFF):  # i386, aarch64, nonsense
                self.assertEqual(run(self.programs[stage], 0, arch), KILL, hex(arch))

    def test_what_must_never_be_allowed_in_a_sandbox(self):
        for name in (
            "mount umount2 move_mount pivot_root chroot setns unshare ptrace process_vm_readv bpf "
            "process_vm_writev io_uring_setup io_uring_enter io_uring_register keyctl add_key "
            "request_key userfaultfd perf_event_open pidfd_getfd open_by_handle_at kexec_load "
            "init_module finit_module reboot syslog sethostname mount_setattr open_tree fsopen "
            "fsmount fspick swapon acct iopl ioperm modify_ldt kcmp process_madvise open_tree_attr"
        ).split():
            self.assertEqual(self.verdict("strict", name, 1), EPERM, name)
        self.assertEqual(self.verdict("strict", "clone3"), ENOSYS)
        for namespace in (
            0x20000,
            0x02000000,
            0x04000000,
            0x08000000,
            0x10000000,
            0x20000000,
            0x40000000,
        ):
            self.assertEqual(self.verdict("strict", "clone", namespace | 17), EPERM, hex(namespace))

    def test_strict_allows_nothing_that_the_zygote_stage_refuses(self):
        for name, (strict, zygote) in self.policy.table.items():
            if strict == ALLOW:
                self.assertEqual(zygote, ALLOW, name)

    def test_the_table_names_every_known_system_call(self):
        self.assertEqual(policy_compiler.all_names(), set(self.policy.table))

    def test_the_tree_is_shallow(self):
        for stage in STAGES:
            self.assertLess(len(self.programs[stage]), 256, stage)


class Refusals(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "policy.txt")
            path.write_text(text)
            return policy_compiler.read_policy(path, {"read": 0, "write": 1})

    def assert_refused(self, text, why):
        with self.assertRaisesRegex(PolicyError, why):
            self.read(text)

    def test_unknown_names_duplicates_and_half_lines(self):
        self.assert_refused("raed allow allow\n", "raed is no system call")
        self.assert_refused("read allow allow\nread EPERM EPERM\n", "there already")
        self.assert_refused("read allow\n", "needs a verdict")
        self.assert_refused("read allow maybe\n", "maybe is no verdict")

    def test_an_architecture_without_a_table(self):
        with self.assertRaisesRegex(PolicyError, "there is no .*/vax.txt; write it"):
            policy_compiler.read_architecture("vax")

    def test_broken_rules(self):
        self.assert_refused("rule r\n  allow if arg9 = 1\n", "is no test")
        self.assert_refused("rule r\n  allow if arg0 = 1\n", "otherwise")
        self.assert_refused(
            "rule r\n  allow otherwise\nrule r\n  allow otherwise\n", "there already"
        )

    def test_jumps_that_are_too_far(self):
        values = "|".join(map(str, range(300)))
        policy = self.read(f"rule r\n  allow if arg0 = {values}\n  EPERM otherwise\nread r r\n")
        architecture = policy_compiler.Architecture(1, 0, {"read": 0})
        with self.assertRaisesRegex(PolicyError, "too far"):
            policy_compiler.compile_filter(policy, architecture, "strict")


if __name__ == "__main__":
    unittest.main()
