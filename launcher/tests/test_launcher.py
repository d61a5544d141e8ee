#!/usr/bin/env python3
"""The real launcher and a real Python zygote, looked at from outside and from inside. Needs root.

Usage: test_launcher.py OUTDIR CONTROLSDIR (as build.sh makes them).
"""

import errno
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))
from worker import BARE, INTO_CGROUP, PROC_FULL, Zygote, detached_tmpfs, wait_readable  # noqa: E402

OUT, CONTROLS = sys.argv.pop(1), sys.argv.pop(1)
UID = 2147400000  # far from what a host gives to anyone; sandboxes are UID + 1, + 2, …
GROUPS = "/sys/fs/cgroup"
V1 = [
    f"{GROUPS}/{c}" for c in ("memory", "pids", "cpuacct") if os.path.exists(f"{GROUPS}/{c}/tasks")
]
V2 = next((d for d in (GROUPS, f"{GROUPS}/unified") if os.path.exists(f"{d}/cgroup.procs")), None)
STATUS = "open('/proc/self/status').read()"
MOUNTS = "open('/proc/self/mountinfo').readlines()"


def open_files(pid):
    folder = f"/proc/{pid}/fd"
    return {number: os.readlink(f"{folder}/{number}") for number in os.listdir(folder)}


def only_child(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return int(children.read())


def status(sandbox):
    text = eval(sandbox.ask(STATUS))
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


class LauncherCase(unittest.TestCase):
    out = OUT

    def zygote(self, **options):
        zygote = Zygote(self.out, UID, **options)
        self.addCleanup(zygote.close)
        return zygote

    def sandbox(self, zygote, number=1, **options):
        sandbox = zygote.spawn(UID + number, **options)
        self.addCleanup(sandbox.close)
        return sandbox


class Sandboxes(LauncherCase):
    def setUp(self):
        self.zygote_ = self.zygote().ready()

    def test_a_sandbox_has_no_privilege_left(self):
        sandbox = self.sandbox(self.zygote_)
        facts = status(sandbox)
        for sort in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(facts[sort], 16), 0, sort)
        self.assertEqual(facts["Pid"], "1")
        self.assertEqual(facts["Uid"].split(), ["1000"] * 4)
        self.assertEqual(facts["Gid"].split(), ["1000"] * 4)
        self.assertEqual(facts["Groups"].split(), [])
        names = ("NoNewPrivs", "Seccomp", "Seccomp_filters")
        self.assertEqual([facts[name] for name in names], ["1", "2", "2"])
        self.assertEqual(facts["SigBlk"], "0" * 16)
        with open(f"/proc/{sandbox.pid}/status") as outside:
            self.assertIn(f"Uid:\t{UID + 1}\t{UID + 1}\t{UID + 1}\t{UID + 1}\n", outside.read())

    def test_nobody_else_is_in_its_session_or_process_group(self):
        self.assertEqual(self.sandbox(self.zygote_).ask("(os.getsid(0), os.getpgid(0))"), "(1, 1)")
        zygote = only_child(only_child(self.zygote_.launcher.pid))
        self.assertEqual((os.getsid(zygote), os.getpgid(zygote)), (zygote, zygote))

    def test_only_standard_streams_and_the_link_are_open(self):
        sandbox = self.sandbox(self.zygote_)
        links = open_files(sandbox.pid)
        self.assertEqual(sorted(links), ["0", "1", "2", "3"])
        self.assertEqual(links["0"], "/dev/null")
        self.assertRegex(links["1"], "pipe:")
        self.assertEqual(links["1"], links["2"])
        self.assertNotEqual(links["1"], f"pipe:[{os.fstat(self.zygote_.said).st_ino}]")
        self.assertRegex(links["3"], "socket:")
        self.assertEqual(sandbox.ask("__import__('fcntl').fcntl(3, 1)"), "1")  # FD_CLOEXEC

    def test_the_root_is_read_only_and_its_mounts_are_harmless(self):
        sandbox = self.sandbox(self.zygote_)
        for line in eval(sandbox.ask("open('/proc/self/mountinfo').read()")).splitlines():
            where, options = line.split()[4:6]
            options = options.split(",")
            self.assertIn("nosuid", options, line)
            self.assertIn("noexec" if re.fullmatch("/dev/.*", where) else "nodev", options, line)
            self.assertEqual("ro" in options, where not in ("/tmp", "/proc"), line)
        for path in "/x /usr/x /etc/passwd /ol/x /handler/x /opt/x /policy/x /dev/x /proc/x".split():
            self.assertRegex(sandbox.ask(f"open({path!r}, 'w')"), "raised .*Error", path)
        self.assertEqual(sandbox.ask("open('/dev/shm/x', 'w').write('scratch')"), "7")
        self.assertEqual(
            sandbox.ask("sorted(os.listdir('/'))"),
            repr(
                sorted(
                    [
                        "bin",
                        "dev",
                        "etc",
                        "handler",
                        "ol",
                        "opt",
                        "policy",
                        "proc",
                        "run",
                        "tmp",
                        "usr",
                        "var",
                    ]
                    + [
                        n
                        for n in ("lib", "lib32", "lib64", "libx32", "sbin")
                        if os.path.lexists(f"/{n}")
                    ]
                )
            ),
        )

    def test_proc_shows_processes_only_unless_all_is_asked_for(self):
        few = eval(self.sandbox(self.zygote_).ask("os.listdir('/proc')"))
        self.assertEqual(sorted(few), ["1", "self", "thread-self"])
        full = self.sandbox(self.zygote_, 2, flags=PROC_FULL)
        self.assertIn("meminfo", eval(full.ask("os.listdir('/proc')")))
        for hidden in ("kallsyms", "cmdline"):
            self.assertEqual(full.ask(f"open('/proc/{hidden}').read()"), "''", hidden)

    def test_it_is_called_sandbox_and_has_a_loopback_of_its_own(self):
        sandbox = self.sandbox(self.zygote_)
        self.assertEqual(sandbox.ask("socket.gethostname()"), "'sandbox'")
        self.assertEqual(sandbox.ask("socket.gethostbyname(socket.gethostname())"), "'127.0.0.1'")
        self.assertEqual(sandbox.ask("socket.create_server(('127.0.0.1', 8080)).close()"), "None")
        self.assertEqual(sandbox.ask("socket.if_nameindex()"), "[(1, 'lo')]")
        with socket.create_server(("127.0.0.1", 0)) as host:
            tried = sandbox.ask(
                f"socket.create_connection(('127.0.0.1', {host.getsockname()[1]}), 1)"
            )
            self.assertRegex(tried, "ConnectionRefusedError")

    def test_the_strict_filter_is_in_force(self):
        sandbox = self.sandbox(self.zygote_)
        sandbox.ask("globals().__setitem__('libc', ctypes.CDLL(None, use_errno=True))")
        for attempt, want in (
            ("mount(b'tmpfs', b'/tmp', b'tmpfs', 0, 0)", errno.EPERM),
            ("unshare(0x10000000)", errno.EPERM),
            ("syscall(435, 0, 0)", errno.ENOSYS),  # clone3
            ("syscall(425, 1, 0)", errno.EPERM),  # io_uring_setup
            ("syscall(0x40000000 + 39)", errno.ENOSYS),  # getpid of x32
            ("socket(40, 1, 0)", errno.EAFNOSUPPORT),  # AF_VSOCK
            ("socket(2, 1, 262)", errno.EPROTONOSUPPORT),  # MPTCP
            ("ioctl(0, 0x5412, b'x')", errno.EPERM),  # TIOCSTI
            ("sethostname(b'x', 1)", errno.EPERM),
            ("ptrace(0, 0, 0, 0)", errno.EPERM),
        ):
            self.assertEqual(
                sandbox.ask(f"(libc.{attempt}, ctypes.get_errno())"), f"(-1, {want})", attempt
            )

    def test_a_generated_etc_answers_the_usual_questions(self):
        sandbox = self.sandbox(self.zygote_)
        self.assertEqual(sandbox.ask("__import__('pwd').getpwuid(1000).pw_name"), "'sandbox'")
        self.assertEqual(sandbox.ask("__import__('grp').getgrgid(1000).gr_name"), "'sandbox'")
        self.assertEqual(sandbox.ask("socket.getservbyname('http')"), "80")
        self.assertRegex(sandbox.ask("socket.gethostbyname('example.com')"), "gaierror")  # at once
        self.assertGreater(int(sandbox.ask("len(ssl.create_default_context().get_ca_certs())")), 50)
        self.assertEqual(
            sandbox.ask("[n for n in ('shadow', 'machine-id') if os.path.exists(f'/etc/{n}')]"),
            "[]",
        )

    def test_limits(self):
        sandbox = self.sandbox(self.zygote_, nofile=77)
        self.assertEqual(
            sandbox.ask("[__import__('resource').getrlimit(n) for n in (4, 7, 8)]"),
            "[(0, 0), (77, 77), (0, 0)]",
        )  # RLIMIT_CORE, NOFILE, MEMLOCK

    def test_siblings_draw_different_random_bytes(self):
        drawn = []
        for number in range(5):
            sandbox = self.sandbox(self.zygote_, number + 1)
            drawn.append(
                sandbox.ask("(ssl.RAND_bytes(16), os.urandom(16), __import__('random').random())")
            )
            self.assertNotIn("raised", drawn[-1])
        for kind in range(3):
            self.assertEqual(len({eval(d)[kind] for d in drawn}), 5)

    def test_no_quota_of_the_zygotes_uid_limits_its_children(self):
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        for number in range(210):  # a user may have 200 keys, and there is a session keyring
            self.sandbox(self.zygote_, number + 1)

    def test_threads_and_subprocesses_work(self):
        sandbox = self.sandbox(self.zygote_)
        done = sandbox.ask(
            "__import__('subprocess').run(['/bin/sh', '-c', 'ls /proc/self/fd; exit 7'],"
            " capture_output=True)"
        )
        self.assertIn("returncode=7", done)
        self.assertIn(r"b'0\n1\n2\n3\n'", done)  # 3 is the folder that ls has open
        self.assertEqual(sandbox.ask("__import__('threading').Thread().start()"), "None")

    def test_the_zygote_tells_how_a_child_ended(self):
        for act, code, want in (
            ("os._exit(3)", os.CLD_EXITED, 3),
            ("(__import__('ctypes').string_at(0))", os.CLD_KILLED, signal.SIGSEGV),
            (None, os.CLD_KILLED, signal.SIGKILL),
        ):
            sandbox = self.sandbox(self.zygote_)
            if act:
                sandbox.link.sendall(act.encode() + b"\n")
            else:
                sandbox.kill()
            self.assertEqual(self.zygote_.exited(), (sandbox.id, code, want))
            sandbox.ended()

    def test_what_a_sandbox_prints_goes_to_its_log_alone(self):
        sandbox = self.sandbox(self.zygote_)
        sandbox.ask("print('hello', flush=True)")
        sandbox.ask("open('/dev/stdout', 'w').write('again')")
        sandbox.link.shutdown(socket.SHUT_RDWR)
        self.assertEqual(sandbox.words(), "hello\nagain")
        self.assertEqual(self.zygote_.words(), "")

    def test_a_worker_that_gives_a_child_up_before_its_maps(self):
        sandbox = self.sandbox(self.zygote_, mapped=False)
        sandbox.link.close()
        self.assertEqual(self.zygote_.exited(), (sandbox.id, os.CLD_EXITED, 0))
        sandbox = self.sandbox(self.zygote_, mapped=False)
        sandbox.link.sendall(b"X")
        self.assertEqual(self.zygote_.exited(), (sandbox.id, os.CLD_EXITED, 111))
        self.assertRegex(
            sandbox.words(), "^ol: the worker did not say that the ids are mapped: .*; .*\n$"
        )

    def test_ids_that_are_not_mapped_are_told_in_the_log(self):
        sandbox = self.sandbox(self.zygote_, mapped=False)
        sandbox.link.sendall(b"M")
        self.assertEqual(self.zygote_.exited(), (sandbox.id, os.CLD_EXITED, 111))
        self.assertRegex(sandbox.words(), "^ol: cannot become group 1000: Invalid argument; .*\n$")

    def test_hostile_or_broken_orders(self):
        tmp, null = detached_tmpfs(), os.open("/dev/null", os.O_RDWR)
        self.addCleanup(os.close, tmp)
        self.addCleanup(os.close, null)
        for flags, uid, nofile, descriptors, want in (
            (0, 1000, 64, [], errno.EINVAL),
            (0, 1000, 64, [null, null], errno.EINVAL),
            (INTO_CGROUP, 1000, 64, [null, null, tmp], errno.EINVAL),
            (4, 1000, 64, [null, null, tmp], errno.EINVAL),
            (0, 0, 64, [null, null, tmp], errno.EINVAL),
            (0, 0xFFFFFFFF, 64, [null, null, tmp], errno.EINVAL),
            (0, 1000, 15, [null, null, tmp], errno.EINVAL),
            (0, 1000, 64, [null] * 17, errno.EMFILE),
            (INTO_CGROUP, 1000, 64, [null, null, tmp, null], errno.EBADF),
        ):
            self.zygote_.order(flags, 5, uid, nofile, descriptors)
            error, pidfds = self.zygote_.answer(5)
            self.assertEqual((errno.errorcode.get(error), pidfds), (errno.errorcode[want], []))
        self.assertEqual(self.sandbox(self.zygote_).ask("1 + 1"), "2")  # unharmed
        zygote = only_child(only_child(self.zygote_.launcher.pid))
        self.assertEqual(sorted(open_files(zygote)), ["0", "1", "2", "3", "4"])  # 4: its signalfd

    def test_zygote_and_pid_1_hold_no_privilege_and_no_foreign_descriptor(self):
        outer = self.zygote_.launcher.pid
        init = only_child(outer)
        zygote = only_child(init)
        with open(f"/proc/{zygote}/status") as file:
            facts = file.read()
        self.assertRegex(facts, "NSpid:.*\t32000\n")
        self.assertRegex(facts, f"Uid:\t{UID}\t{UID}\t{UID}\t{UID}\n")
        self.assertRegex(facts, "Seccomp:\t2\n")
        for pid in (zygote, init):
            with open(f"/proc/{pid}/status") as file:
                facts = file.read()
            for sort in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertRegex(facts, f"{sort}:\t0+\n")
            self.assertRegex(facts, "NoNewPrivs:\t1\n")
        lifeline = f"pipe:[{os.fstat(self.zygote_.lifeline).st_ino}]"
        for pid, holds in ((zygote, False), (init, True)):
            self.assertEqual(lifeline in open_files(pid).values(), holds)
        for pid, holds in ((zygote, True), (init, False), (outer, False)):  # control
            self.assertEqual(any("socket:" in link for link in open_files(pid).values()), holds)

    def test_the_end_of_the_lifeline_ends_everything(self):
        sandboxes = [self.sandbox(self.zygote_, n) for n in (1, 2, 3)]
        os.close(self.zygote_.lifeline)
        self.zygote_.lifeline = os.open("/dev/null", os.O_RDONLY)  # for close() to close
        for sandbox in sandboxes:
            sandbox.ended()
        self.assertEqual(self.zygote_.launcher.wait(20), 0)

    def test_the_end_of_the_launcher_ends_everything(self):
        sandbox = self.sandbox(self.zygote_)
        self.zygote_.launcher.kill()
        sandbox.ended()

    def test_the_end_of_control_ends_the_zygote(self):
        sandbox = self.sandbox(self.zygote_)
        self.zygote_.control.shutdown(socket.SHUT_RDWR)
        sandbox.ended()
        self.assertEqual(self.zygote_.launcher.wait(20), 0)

    def test_nonsense_on_control_ends_the_zygote_with_a_word(self):
        self.zygote_.control.send(b"nonsense")
        self.assertEqual(self.zygote_.launcher.wait(20), 111)
        self.assertRegex(
            self.zygote_.words(), "^ol: the worker sent kind .* in 8 bytes, not SPAWN: .*; .*\n$"
        )


class PidOne(LauncherCase):
    def test_nothing_inside_can_kill_it(self):
        attack = "\n".join(
            f"try: os.kill(1, {number})\nexcept PermissionError: pass" for number in (9, 15, 19, 11)
        )
        zygote = self.zygote(before=attack).ready()
        self.assertEqual(self.sandbox(zygote).ask("2 * 3"), "6")
        self.assertIsNone(zygote.launcher.poll())

    def test_orphans_of_a_zygote_are_reaped(self):
        orphan = (
            "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'sleep 0 & exit'])\n"
            "while sum(name.isdigit() for name in os.listdir('/proc')) > 2: pass"
        )
        zygote = self.zygote(before=orphan).ready()
        self.assertEqual(self.sandbox(zygote).ask("1"), "1")

    def test_the_zygotes_exit_status_is_the_launchers(self):
        zygote = self.zygote(program=["/bin/sh", "-c", "exit 23"])
        self.assertEqual(zygote.launcher.wait(20), 23)
        zygote = self.zygote(program=["/bin/sh", "-c", "kill -KILL $$"])
        self.assertEqual(zygote.launcher.wait(20), 128 + 9)

    def test_a_zygote_gets_the_given_environment_only(self):
        zygote = self.zygote(program=["/usr/bin/env"], options=["--env", "A=b c"])
        self.assertEqual(zygote.launcher.wait(20), 0)
        self.assertEqual(zygote.words(), "PATH=/usr/bin\nLANG=C.UTF-8\nA=b c\n")


class Cgroups(LauncherCase):
    def make(self, parent, name):
        path = f"{parent}/{name}"
        os.mkdir(path)
        self.addCleanup(self.remove, path)
        return path

    def remove(self, path):
        os.rmdir(path)  # free: zygotes are closed before this, which waits for all inside

    @unittest.skipUnless(V1, "no v1 controllers here")
    def test_a_child_joins_v1_groups_by_their_tasks_files(self):
        name = f"ol-launcher-{os.getpid()}"
        tasks = [os.open(f"{self.make(parent, name)}/tasks", os.O_WRONLY) for parent in V1]
        sandbox = self.sandbox(self.zygote().ready(), tasks=tasks)
        for descriptor in tasks:
            os.close(descriptor)
        with open(f"/proc/{sandbox.pid}/cgroup") as groups:
            joined = groups.read()
        self.assertEqual(joined.count(f":/{name}\n"), len(V1), joined)

    @unittest.skipUnless(V2, "no cgroup v2 here")
    def test_a_child_is_cloned_into_a_v2_group(self):
        top = self.make(V2, f"ol-launcher-{os.getpid()}")
        own, child = self.make(top, "zygote"), self.make(top, "child")
        for group in (top, child):
            os.chown(f"{group}/cgroup.procs", UID, UID)  # clone3 checks the zygote's right on both
        procs = os.open(f"{own}/cgroup.procs", os.O_WRONLY)
        zygote = self.zygote(procs=[procs])
        os.close(procs)
        zygote.ready()
        group = os.open(child, os.O_RDONLY | os.O_DIRECTORY)
        sandbox = self.sandbox(zygote, flags=INTO_CGROUP, cgroup=group)
        os.close(group)
        with open(f"/proc/{sandbox.pid}/cgroup") as groups:
            self.assertIn(f"/{os.path.basename(top)}/child\n", groups.read())


class Refusals(LauncherCase):
    def refused(self, *arguments, binary=None, wanted):
        done = subprocess.run(
            [binary or f"{OUT}/launcher", *arguments], capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 111, done)
        self.assertRegex(done.stderr, wanted)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_wrong_options(self):
        some = ["--root", "/mnt", "--policy", f"{OUT}/policy"]
        self.refused(wanted="there is no program to execute: .*; give --root DIR --uid UID")
        self.refused("--root", wanted="--root has no value")
        self.refused("--colour", "red", "--", "x", wanted="option --colour red is unknown")
        self.refused(*some, "--", "x", wanted="--uid or --policy is missing")
        for uid in ("", "-1", "12x", "4294967295", "99999999999999999999"):
            self.refused(*some, "--uid", uid, "--", "x", wanted="is no user id")
        self.refused(*some, "--uid", "0", "--", "x", wanted="--uid 0 is root of this host")
        self.refused(
            *some, "--uid", "5", "--", "x", wanted="descriptors 3 and 4 are no SEQPACKET socket"
        )

    def test_what_cannot_be_bound_or_executed_is_said(self):
        for options, words in (
            (["--bind", "/usr:/../x"], "--bind /usr:/../x is not two absolute paths"),
            (["--bind", "/usr:/"], "--bind /usr:/ names nothing below the private root"),
            (["--bind", "/usr://etc"], "--bind /usr://etc names nothing below the private root"),
            (["--bind", "usr:/x"], "--bind usr:/x is not two absolute paths"),
            (["--bind", "/nowhere:/x"], "cannot bind /nowhere: No such file or directory"),
        ):
            zygote = self.zygote(options=options)
            self.assertEqual(zygote.launcher.wait(20), 111)
            self.assertIn(words, zygote.words())
        zygote = self.zygote(program=["/nowhere"])
        self.assertEqual(zygote.launcher.wait(20), 111)
        self.assertIn("cannot execute /nowhere: No such file or directory; ", zygote.words())

    def test_the_shipped_binaries_have_no_switch(self):
        for name in ("launcher", "runtimes/python/libol_python.so"):
            with open(f"{OUT}/{name}", "rb") as shipped, open(
                f"{CONTROLS}/{name}", "rb"
            ) as control:
                self.assertNotIn(b"OL_WITHOUT", shipped.read())
                self.assertIn(b"OL_WITHOUT", control.read())


class Controls(LauncherCase):
    """The test-only build: without a layer, what it gives is missing; the tests above would see."""

    out = CONTROLS

    def without(self, layer, **options):
        zygote = self.zygote(options=["--env", f"OL_WITHOUT={layer}"]).ready()
        return zygote, self.sandbox(zygote, **options)

    def test_each_layer_can_be_switched_off_alone(self):
        for layer, question, answer in (
            ("strict-filter", f"'Seccomp_filters:\\t1' in {STATUS}", "True"),
            ("zygote-filter", f"'Seccomp_filters:\\t1' in {STATUS}", "True"),
            ("capabilities-drop", f"'CapEff:\\t0000000000000000' in {STATUS}", "False"),
            ("uid", "os.getuid()", "65534"),
            ("no-new-privs", f"'NoNewPrivs:\\t0' in {STATUS}", "True"),
            ("readonly-root", f"[l.split()[5][:2] for l in {MOUNTS} if ' / / ' in l]", "['rw']"),
            ("pid-ns", "os.getpid() > 1", "True"),
            ("net-ns", "socket.create_server(('127.0.0.1', 0))", None),
            ("ipc-ns", "os.readlink('/proc/self/ns/ipc')", None),
            ("proc-subset", "'meminfo' in os.listdir('/proc')", "True"),
            ("rlimits", "__import__('resource').getrlimit(7)[0] == 64", "False"),
            ("cgroup", "1", "1"),
            ("set-tid", "ssl.RAND_bytes(16)", None),
            (
                "nosuid-nodev",
                f"[l.split()[5] for l in {MOUNTS} if ' /usr /usr ' in l]",
                "['ro,relatime']",
            ),
        ):
            with self.subTest(layer):
                _, sandbox = self.without(layer)
                got = sandbox.ask(question)
                if answer is not None:
                    self.assertEqual(got, answer)

    def test_without_set_tid_siblings_share_their_random_bytes(self):
        zygote, first = self.without("set-tid")
        second = self.sandbox(zygote, 2)
        self.assertEqual(first.ask("ssl.RAND_bytes(16)"), second.ask("ssl.RAND_bytes(16)"))


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(true):
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


class WithoutWalls(LauncherCase):
    SLEEP = "__import__('subprocess').Popen(['sleep', '1000'], start_new_session=%s).pid"

    def setUp(self):
        self.zygote_ = self.zygote(bare=True).ready()
        self.sandbox_ = self.zygote_.spawn(os.getuid(), flags=BARE)
        self.addCleanup(self.sandbox_.close)

    def test_a_child_is_a_process_of_ours_and_told_of_as_any(self):
        self.assertEqual(self.sandbox_.ask("os.getpid()"), str(self.sandbox_.pid))
        self.assertEqual(self.sandbox_.ask("os.path.exists('/proc/1/stat')"), "True")
        self.assertEqual(self.sandbox_.ask("sorted(os.listdir('/proc/self/fd'))[:4]"),
                         "['0', '1', '2', '3']")
        self.sandbox_.link.sendall(b"os._exit(7)\n")
        self.assertEqual(self.zygote_.exited(), (self.sandbox_.id, os.CLD_EXITED, 7))

    def test_what_it_started_ends_with_it(self):
        started = int(self.sandbox_.ask(self.SLEEP % False))
        self.assertTrue(is_alive(started))
        self.sandbox_.kill()
        self.assertTrue(eventually(lambda: not is_alive(started)))

    def test_whoever_left_its_session_ends_with_the_zygote(self):
        started = int(self.sandbox_.ask(self.SLEEP % True))
        self.sandbox_.kill()
        self.assertTrue(is_alive(started))
        os.close(self.zygote_.lifeline)
        self.zygote_.lifeline = os.open("/dev/null", os.O_RDONLY)  # for close()
        self.assertTrue(eventually(lambda: not is_alive(started)))

    def test_such_an_order_has_a_link_and_a_log_only(self):
        self.zygote_.order(BARE, 1, 0, 64, [0, 0, 0])
        self.assertEqual(self.zygote_.answer(1), (errno.EINVAL, []))
        self.zygote_.order(BARE | PROC_FULL, 2, 0, 64, [0, 0])
        self.assertEqual(self.zygote_.answer(2), (errno.EINVAL, []))


class Rootless(unittest.TestCase):
    """An ordinary user becomes root of a user namespace."""

    USER = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="ol-rootless-")
        self.addCleanup(shutil.rmtree, folder)
        os.chmod(folder, 0o755)
        self.program = shutil.copy(f"{OUT}/rootless", folder)

    def run_it(self, *arguments, before=()):
        command = [*before, *self.USER, self.program, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def test_it_is_uid_0_with_every_capability_and_the_same_process(self):
        script = "cat /proc/self/uid_map /proc/self/gid_map; grep CapEff /proc/self/status; echo $$"
        command = [*self.USER, self.program, "--", "/bin/sh", "-c", script]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            words = process.communicate(timeout=60)[0].split()
        self.assertEqual(words[:6], ["0", "12345", "1", "0", "12345", "1"])
        self.assertGreaterEqual(int(words[7], 16), 1 << 21)
        self.assertEqual(words[8], str(process.pid))

    def test_where_there_is_no_user_namespace_one_sentence_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as place:
            script = f'mount --rbind / {place} && exec chroot {place} "$@"'
            before = ["unshare", "--mount", "sh", "-c", script, "sh"]
            end = self.run_it("--", "/bin/true", before=before)
        self.assertEqual(end.returncode, 1)
        self.assertRegex(end.stderr, r"\Aol: no user namespace may be made here: .*sudo.*\n\Z")
        self.assertIn("--isolation none", end.stderr)

    def test_wrong_options(self):
        for options, words in (
            (["--", "/nowhere"], "cannot execute /nowhere"),
            (["--uids", "5:x", "--", "x"], "5:x is no FIRST:COUNT"),
            (["--uids", "5:5", "--", "x"], "one range is missing"),
            (["--colour", "red", "--", "x"], "option --colour is unknown"),
            ([], "there is no program to execute"),
        ):
            with self.subTest(words):
                end = self.run_it(*options)
                self.assertEqual(end.returncode, 1)
                self.assertIn(words, end.stderr)


if __name__ == "__main__":
    unittest.main()
