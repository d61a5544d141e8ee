"""System calls for which no handler has a need."""

import ctypes
import errno
import mmap
import os
import signal
import socket
import struct
import sys

from attempts import NUMBERS, Attempts, libc, system

BUFFER = ctypes.create_string_buffer(4096)
NOTHING = b"/nonexistent"


def side_doors(event):
    """Large machines inside the kernel: rings, programs, counters, faults handled by the user."""
    tried = Attempts()
    tried.call("io_uring_setup", 1, BUFFER)
    tried.call("bpf", 0, BUFFER, 72)
    tried.call("bpf", 5, BUFFER, 72)
    tried.call("perf_event_open", BUFFER, 0, -1, -1, 0)
    tried.call("userfaultfd", 1)
    tried.call("memfd_secret", 0)
    tried.call("modify_ldt", 0, BUFFER, 16)
    tried.call("vmsplice", 1, BUFFER, 0, 0)
    tried.call("fanotify_init", 0, 0)
    tried.call("kcmp", os.getpid(), os.getpid(), 0, 0, 0)
    tried.call("mbind", 0, 0, 0, BUFFER, 0, 0)
    tried.call("move_pages", 0, 0, BUFFER, None, BUFFER, 0)
    return tried.result()


def io_uring(event):
    tried = Attempts()
    tried.call("io_uring_setup", 1, BUFFER)
    return tried.result()


def in_zygote(event):
    """What side_doors gave in the zygote: a control run has it called there, and kept."""
    return sys.in_zygote


def kernel_code(event):
    tried = Attempts()
    tried.call("init_module", BUFFER, 0, b"")
    tried.call("finit_module", 0, b"", 0)
    tried.call("delete_module", b"nothing", os.O_NONBLOCK)
    tried.call("kexec_load", 0, 0, None, 0)
    tried.call("kexec_file_load", -1, -1, 0, None, 8)
    tried.call("reboot", 0xFEE1DEAD, 672274793, 0, None)  # CAD_OFF: no harm done
    tried.call("iopl", 3)
    tried.call("ioperm", 0x80, 1, 1)
    tried.call("syslog", 3, BUFFER, 100)
    return tried.result()


def host_state(event):
    """Clocks, names, swap, quotas and accounts of the host."""
    tried = Attempts()
    now = struct.pack("=qq", 0, 0)
    tried.call("settimeofday", now, None)
    tried.call("clock_settime", 0, now)
    adjustment = ctypes.create_string_buffer(struct.pack("=Iq", 0x8000, 1), 208)
    tried.call("adjtimex", adjustment)
    tried.call("clock_adjtime", 0, adjustment)
    tried.attempt("sethostname", lambda: socket.sethostname("intruder") or "renamed")
    tried.attempt("setdomainname", lambda: libc.setdomainname(b"x", 1) == 0)
    tried.call("swapon", NOTHING, 0)
    tried.call("swapoff", NOTHING)
    tried.call("quotactl", 0x800001, NOTHING, 0, BUFFER)
    tried.call("quotactl_fd", 0, 0x800001, 0, BUFFER)
    tried.call("acct", NOTHING)
    tried.call("sysfs", 3)
    tried.attempt("sync", lambda: libc.syncfs(0) == 0)
    tried.attempt("vhangup", lambda: libc.vhangup() == 0)
    return tried.result()


def keyrings(event):
    """Keys are shared by all processes of a uid, and of a session: the zygote's, here."""
    tried = Attempts()
    for ring in (-1, -2, -3, -4, -5):  # thread, process, session, user, user session
        tried.attempt(
            f"add to {ring}",
            lambda: f"key {system('add_key', b'user', b'ol', b'secret', 6, ring)}",
        )
        tried.attempt(f"keyring {ring}", lambda: f"id {system('keyctl', 0, ring, 1)}")
    tried.attempt("join", lambda: f"session {system('keyctl', 1, None)}")
    tried.attempt("request", lambda: f"key {system('request_key', b'user', b'ol', None, 0)}")
    return tried.result()


def ipc(event):
    """System V objects and POSIX queues, that others could have made or could see."""
    tried = Attempts()
    for key in (0, 0x1234, *event.get("shm", [])):
        tried.call("shmget", key, 4096, 0o1666)
        tried.call("semget", key, 1, 0o1666)
        tried.call("msgget", key, 0o1666)
    tried.call("mq_open", b"ol", os.O_RDWR | os.O_CREAT, 0o666, None)
    return tried.result()


def personality(event):
    """READ_IMPLIES_EXEC, ADDR_NO_RANDOMIZE, and a terminal that types."""
    tried = Attempts()
    for flag in (0x0400000, 0x0040000, 0x0100000):
        tried.attempt(f"{flag:#x}", lambda: checked(libc.personality(flag)))
    for request in (0x5412, 0x541C):
        tried.attempt(f"ioctl {request:#x}", lambda: checked(libc.ioctl(0, request, b"x")))
        high = ctypes.c_ulong(request | 1 << 32)  # the kernel looks at the low half only
        tried.attempt(f"high ioctl {request:#x}", lambda: checked(libc.ioctl(0, high, b"x")))
    return tried.result()


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return f"returned {result}"


# mov eax, 20 (getpid of i386); int 0x80; ret
FOREIGN = bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3])


def foreign_calls(event):
    """The same kernel through other doors: 32-bit calls, x32 numbers, numbers of the future."""
    tried = Attempts()
    tried.attempt("int 0x80", thirty_two_bits)
    for name in ("io_uring_setup", "unshare", "bpf", "ptrace", "keyctl"):
        x32 = 0x40000000 + NUMBERS[name]
        tried.attempt(f"x32 {name}", lambda: checked(libc.syscall(ctypes.c_long(x32), 0, 0, 0)))
        high = (1 << 32) + NUMBERS[name]
        tried.attempt(f"high {name}", lambda: checked(libc.syscall(ctypes.c_long(high), 0, 0, 0)))
    for number in (500, 600, 1000, 0x3FFFFFFF, -1):
        tried.attempt(f"{number}", lambda: checked(libc.syscall(ctypes.c_long(number), 0, 0, 0)))
    return tried.result()


def thirty_two_bits():
    pid = os.fork()
    if pid == 0:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(FOREIGN)
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGSYS, signal.SIGSEGV):
        raise PermissionError(errno.EPERM, "killed")
    return f"ended with {status}"
