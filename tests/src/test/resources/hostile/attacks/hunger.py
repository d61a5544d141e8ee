"""Takes all there is: processes, memory, disk, descriptors, CPU, log. Judged by the test."""

import ctypes
import mmap
import os
import socket
import sys
import threading
import time

from attempts import libc


def fork_bomb(event):
    """Every process makes as many as it can; none waits for another."""
    until = time.monotonic() + event["seconds"]
    first, refused = os.getpid(), 0
    while time.monotonic() < until:
        try:
            os.fork()
        except OSError:
            refused += 1
            time.sleep(0.001)
    if os.getpid() != first:
        os._exit(0)
    return refused


def thread_bomb(event):
    """How many threads there can be at once."""
    stop, count = threading.Event(), 0
    try:
        while count < event.get("most", 2000):
            threading.Thread(target=stop.wait, daemon=True).start()
            count += 1
    except RuntimeError:
        pass
    stop.set()
    return count


def memory_hog(event):
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(1 << 16)) * 16)


def shared_memory_hog(event):
    """Memory that belongs to no process: files without a name."""
    hoard = []
    while True:
        file = os.memfd_create("hoard")
        os.ftruncate(file, 1 << 24)
        mapped = mmap.mmap(file, 1 << 24)
        for at in range(0, 1 << 24, 4096):
            mapped[at] = 1
        hoard.append(mapped)


def family_hog(event):
    """Memory of many small processes together."""
    for _ in range(40):
        if os.fork() == 0:
            hoard = [bytearray(b"x" * (1 << 20)) for _ in range(20)]
            time.sleep(10)
            os._exit(len(hoard) & 1)
    time.sleep(10)
    return "all had their memory"


def kernel_hog(event):
    """Memory in the kernel: buffers of sockets and pipes that nobody reads."""
    held, filled = [], 0
    try:
        for _ in range(500):
            pair = socket.socketpair()
            pair[0].setblocking(False)
            held.append(pair)
            try:
                while True:
                    filled += pair[0].send(b"x" * 65536)
            except BlockingIOError:
                continue
    except OSError:
        pass
    return filled


def fill_tmp(event):
    """How many bytes /tmp takes."""
    written, piece = 0, b"x" * (1 << 20)
    try:
        with open("/tmp/fill", "wb", buffering=0) as file:
            while written < event["most"]:
                written += file.write(piece)
    except OSError:
        pass
    return written


def fill_inodes(event):
    """How many empty files /tmp takes."""
    count = 0
    try:
        while count < event["most"]:
            os.close(os.open(f"/tmp/i{count}", os.O_CREAT | os.O_WRONLY))
            count += 1
    except OSError:
        pass
    return count


def descriptors(event):
    """How many descriptors a process can have."""
    count = 0
    try:
        while count < event["most"]:
            os.dup(0)
            count += 1
    except OSError:
        pass
    return count


def log_flood(event):
    """Prints as fast as it can; returns how many bytes."""
    until, written = time.monotonic() + event["seconds"], 0
    lines = (b"x" * event["line"] + b"\n") * max(1, 65536 // event["line"])
    while time.monotonic() < until:
        written += os.write(1, lines)
    return written


def endless_line(event):
    """One line that never ends."""
    for _ in range(event["mebibytes"] * 16):
        os.write(1, b"y" * 65536)
    return "printed"


def spin(event):
    """Keeps as many processes busy as it may."""
    until = time.monotonic() + event["seconds"]
    for _ in range(16):
        if os.fork() == 0:
            while time.monotonic() < until:
                pass
            os._exit(0)
    while time.monotonic() < until:
        pass
    return "spun"


def lock_memory(event):
    """Pages that cannot be taken away, one by one."""
    buffer = mmap.mmap(-1, 1 << 20)
    address = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
    return libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(1 << 20))


def core_dump(event):
    """Dies in a way that makes others write a core file, if they do."""
    ctypes.string_at(0)


def sleep_for_ever(event):
    while True:
        time.sleep(3600)


def stop_everything(event):
    """Stops itself and all it started."""
    if os.fork() == 0:
        os.kill(os.getpid(), 19)
    os.kill(os.getpid(), 19)
    os.kill(0, 19)
    return "still here"


def leave(event):
    sys.exit(event["status"])
