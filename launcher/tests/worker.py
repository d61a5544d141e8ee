"""A small worker for tests: starts the real launcher, speaks PROTOCOL.md with its zygote."""

import array
import ctypes
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time

READY, SPAWN, SPAWNED, EXITED = 1, 2, 3, 4
INTO_CGROUP, PROC_FULL, BARE = 1, 2, 4
PATIENCE_SECONDS = 20 * int(os.environ.get("OL_SLOW", "1"))  # of a slow machine, as an emulator

libc = ctypes.CDLL(None, use_errno=True)
# sys/syscall.h and linux/mount.h
SYS_FSOPEN, SYS_FSCONFIG, SYS_FSMOUNT = 430, 431, 432
SYS_KEYCTL, KEYCTL_JOIN_SESSION_KEYRING = 250, 1
FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE = 1, 6
MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 2, 4

# The zygote's program. A child evaluates each line from the link and answers with one line.
ZYGOTE = """
import ctypes, os, socket, ssl, sys
ssl.RAND_bytes(8)  # a zygote that has drawn before: the children must still differ
{before}
library = ctypes.PyDLL({library!r})
link = socket.socket(fileno=library.ol_zygote(3, {policy!r}))
link.sendall(b"ready\\n")
for line in link.makefile("r"):
    try:
        answer = repr(eval(line))
    except BaseException as error:
        answer = "raised " + repr(error)
    link.sendall(answer.encode() + b"\\n")
os._exit(0)
"""


def call(name, number, *args):
    result = libc.syscall(ctypes.c_long(number), *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def detached_tmpfs():
    context = call("fsopen", SYS_FSOPEN, b"tmpfs", 1)
    for key, value in ((b"size", b"16m"), (b"nr_inodes", b"4096"), (b"mode", b"1777")):
        call("fsconfig", SYS_FSCONFIG, context, FSCONFIG_SET_STRING, key, value, 0)
    call("fsconfig", SYS_FSCONFIG, context, FSCONFIG_CMD_CREATE, None, None, 0)
    mount = call("fsmount", SYS_FSMOUNT, context, 1, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
    os.close(context)
    return mount


def wait_readable(*descriptors):
    readable, _, _ = select.select(descriptors, [], [], PATIENCE_SECONDS)
    if not readable:
        raise AssertionError(f"nothing from {descriptors} in {PATIENCE_SECONDS} s")
    return readable


class Zygote:
    """A launcher with its zygote. `close()` ends the lifeline; returns the exit status."""

    def __init__(self, out, uid, options=(), program=None, before="", procs=(), bare=False):
        self.root = tempfile.mkdtemp(prefix="ol-launcher-")
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        lifeline, self.lifeline = os.pipe2(os.O_CLOEXEC)
        self.said, said = os.pipe2(os.O_CLOEXEC)
        self.next_id, self.held = 7000, []
        library = f"{out}/runtimes/python/libol_python.so" if bare else "/ol/python/libol_python.so"
        policy = f"{out}/policy" if bare else "/policy"
        code = ZYGOTE.format(library=library, policy=f"{policy}/strict.bpf".encode(), before=before)
        program = program or ["/usr/bin/python3", "-I", "-S", "-E", "-B", "-c", code]
        command = [
            f"{out}/launcher",
            "--root",
            self.root,
            "--uid",
            str(uid),
            "--policy",
            f"{out}/policy",
        ]
        command += [
            "--bind",
            f"{out}/runtimes:/ol",
            "--env",
            "PATH=/usr/bin",
            "--env",
            "LANG=C.UTF-8",
        ]
        command += [*(["--walls", "none"] if bare else []), *options, "--", *program]

        def arrange():
            call("keyctl", SYS_KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, None)  # as under systemd
            for group in procs:
                os.write(group, b"0")
            # Any of them may have the number of another's place: lift all before putting them down.
            high = [os.dup2(d, 200 + i) for i, d in enumerate((control.fileno(), lifeline, said))]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
            os.dup2(high[2], 1)
            os.dup2(high[2], 2)
            os.dup2(2, 100)  # one that a careless JVM could leave open

        self.launcher = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, preexec_fn=arrange, close_fds=False
        )
        control.close()
        os.close(lifeline)
        os.close(said)

    def receive(self):
        wait_readable(self.control)
        message, ancillary, _, _ = self.control.recvmsg(64, socket.CMSG_SPACE(4))
        descriptors = array.array("i")
        for _, _, data in ancillary:
            descriptors.frombytes(data)
        return message, list(descriptors)

    def ready(self):
        message, _ = self.receive()
        if message != struct.pack("=I", READY):
            raise AssertionError(f"not READY but {message!r}; the launcher said: {self.words()}")
        return self

    def words(self):
        """What launcher and zygote said until now; all of it if they have ended."""
        self.launcher.poll()
        os.set_blocking(self.said, False)
        try:
            return os.read(self.said, 65536).decode()
        except BlockingIOError:
            return ""

    def order(self, flags, child_id, uid, nofile, descriptors):
        self.control.sendmsg(
            [struct.pack("=IIQII", SPAWN, flags, child_id, uid, nofile)],
            (
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
                if descriptors
                else []
            ),
        )

    def answer(self, child_id):
        message, descriptors = self.receive()
        kind, error, answered = struct.unpack("=IiQ", message)
        assert (kind, answered) == (SPAWNED, child_id), (kind, answered)
        return error, descriptors

    def spawn(self, host_uid, flags=0, cgroup=None, tasks=(), nofile=64, mapped=True):
        self.next_id += 1
        return Sandbox(self, self.next_id, host_uid, flags, cgroup, tasks, nofile, mapped)

    def exited(self):
        kind, code, child_id, status = struct.unpack("=IiQi", self.receive()[0])
        assert kind == EXITED, kind
        return child_id, code, status

    def close(self):
        os.close(self.lifeline)
        status = self.launcher.wait(PATIENCE_SECONDS)
        self.control.close()
        os.close(self.said)
        os.rmdir(self.root)  # empty: the host never saw what was mounted there
        return status


class Sandbox:
    """One child: `ask(expression)` evaluates Python inside and returns the repr."""

    def __init__(self, zygote, child_id, host_uid, flags, cgroup, tasks, nofile, mapped):
        self.id = child_id
        self.started = time.monotonic()
        self.link, link = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.log, log = os.pipe2(os.O_CLOEXEC)
        os.fchown(log, host_uid, host_uid)
        groups = ([cgroup] if cgroup is not None else []) + list(tasks)
        others = [] if flags == BARE else [detached_tmpfs(), *groups]
        zygote.order(flags, child_id, 1000, nofile, [link.fileno(), log, *others])
        link.close()
        os.close(log)
        if others:
            os.close(others[0])
        self.error, descriptors = zygote.answer(child_id)
        if self.error:
            return
        (self.pidfd,) = descriptors
        with open(f"/proc/self/fdinfo/{self.pidfd}") as facts:
            self.pid = next(int(line.split()[1]) for line in facts if line.startswith("Pid:"))
        if mapped:
            for kind in ("uid_map", "gid_map") if flags != BARE else ():
                with open(f"/proc/{self.pid}/{kind}", "w") as file:
                    file.write(f"1000 {host_uid} 1")
            self.link.sendall(b"M")
            self.lines = self.link.makefile("r")
            if self.line() != "ready":
                raise AssertionError(f"not ready; its log: {self.words()}")
        self.took = time.monotonic() - self.started

    def line(self):
        self.link.settimeout(PATIENCE_SECONDS)
        return self.lines.readline().rstrip("\n")

    def ask(self, expression):
        self.link.sendall(expression.encode() + b"\n")
        return self.line()

    def ended(self):
        wait_readable(self.pidfd)

    def words(self):
        """The log, to its end: call when the sandbox has ended."""
        said = b""
        while piece := (wait_readable(self.log) and os.read(self.log, 65536)):
            said += piece
        return said.decode()

    def kill(self):
        signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        self.ended()

    def close(self):
        self.link.close()
        os.close(self.log)
        if not self.error:
            os.close(self.pidfd)
            if hasattr(self, "lines"):
                self.lines.close()
