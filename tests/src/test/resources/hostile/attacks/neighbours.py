"""What one sandbox could do to another of the same zygote, or to the zygote."""

import ctypes
import errno
import json
import os
import signal
import socket
import struct
import threading
import time

from attempts import Attempts, libc, system

SECRET = b"the victim's secret"
ABSTRACT = "\0openlambda-victim"
PORT = 8765


def echo(event):
    return event["say"]


def victim(event):
    """Offers whatever a neighbour could take, and streams what becomes of it until nobody listens."""
    noticed = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCONT, signal.SIGHUP):
        signal.signal(number, lambda got, _: noticed.append(f"signal {got}"))
    with open("/tmp/secret", "wb") as file:
        file.write(SECRET)
    keep = ctypes.create_string_buffer(SECRET, 4096)
    os.environ["VICTIM"] = SECRET.decode()
    listening = [socket.create_server(("0.0.0.0", PORT)), abstract(), named()]
    for server in listening:
        threading.Thread(target=watch, args=(server, noticed), daemon=True).start()
    facts = {"pid": os.getpid(), "address": ctypes.addressof(keep), "uid": os.getuid()}
    yield json.dumps(facts) + "\n"
    while True:
        time.sleep(0.02)
        with open("/tmp/secret", "rb") as file:
            if file.read() != SECRET or keep.raw[: len(SECRET)] != SECRET:
                noticed.append("changed")
        yield json.dumps(noticed) + "\n"


def abstract():
    server = socket.socket(socket.AF_UNIX)
    server.bind(ABSTRACT)
    server.listen()
    return server


def named():
    server = socket.socket(socket.AF_UNIX)
    server.bind("/tmp/victim.socket")
    os.chmod("/tmp/victim.socket", 0o777)
    server.listen()
    return server


def watch(server, noticed):
    while True:
        peer, _ = server.accept()
        noticed.append(f"a peer on {server.getsockname()!r}")
        peer.close()


def pids(event):
    """Numbers that could be another's: those that leaked, the zygote's, its children's."""
    numbers = [*event.get("pids", []), *range(2, 12), 31999, *range(32000, 32040)]
    return [number for number in numbers if number != os.getpid()]


def listing(event):
    """Processes that are not ours, by /proc and by asking for each number."""
    tried = Attempts(errno.ESRCH, errno.ENOENT)
    own = {str(os.getpid()), "1"}
    tried.attempt("parent", lambda: os.getpid() == 1 and os.getppid() != 0 and os.getppid())
    for name in os.listdir("/proc"):
        if name.isdigit() and name not in own:
            tried.attempt(f"/proc/{name}", lambda: open(f"/proc/{name}/status").read(60))
    for pid in pids(event):
        for file in ("environ", "cmdline", "maps", "mem", "status", "fd", "root/etc/shadow"):
            tried.attempt(f"{pid} {file}", lambda: open(f"/proc/{pid}/{file}", "rb").read(64))
    return tried.result()


def signals(event):
    """Signals to everyone, to groups, and to every number that could be another's."""
    tried = Attempts(errno.ESRCH)
    number = signal.SIGUSR1
    signal.signal(number, signal.SIG_IGN)
    if os.getpid() == 1:
        tried.attempt("everyone", lambda: os.kill(-1, signal.SIGKILL) or "killed")
    for pid in pids(event):
        for deed in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
            tried.attempt(f"{pid} {deed}", lambda: os.kill(pid, deed) or "signalled")
        tried.attempt(f"group {pid}", lambda: os.killpg(pid, signal.SIGKILL) or "signalled")
        tried.attempt(f"pidfd {pid}", lambda: os.pidfd_open(pid))
    return tried.result()


def memory(event):
    """Memory of others: traced, read, written, taken out of /proc."""
    tried = Attempts(errno.ESRCH, errno.ENOENT)
    buffer = ctypes.create_string_buffer(64)
    local = struct.pack("=QQ", ctypes.addressof(buffer), 64)
    remote = struct.pack("=QQ", event.get("address", 0x400000), 64)
    # 1 as well: seen from inside, every sandbox and the launcher's own first process is number 1
    for pid in [1, os.getpid(), *pids(event)]:
        for request in (16, 0x4206, 2, 12):  # ATTACH, SEIZE, PEEKDATA, GETREGS
            tried.attempt(
                f"ptrace {request} {pid}", lambda: f"{system('ptrace', request, pid, 0, buffer)}"
            )
        tried.attempt(
            f"readv {pid}",
            lambda: f"{system('process_vm_readv', pid, local, 1, remote, 1, 0)} {buffer.raw}",
        )
        tried.attempt(
            f"writev {pid}",
            lambda: f"{system('process_vm_writev', pid, local, 1, remote, 1, 0)}",
        )
    for pid in pids(event):
        tried.attempt(f"mem {pid}", lambda: os.open(f"/proc/{pid}/mem", os.O_RDWR))
    tried.call("ptrace", 0, 0, 0, 0)  # TRACEME
    return tried.result()


def meddling(event):
    """Limits, priorities, CPUs and descriptors of others."""
    import resource

    tried = Attempts(errno.ESRCH, errno.EBADF)
    for pid in pids(event):
        tried.attempt(f"prlimit {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (1, 1)))
        tried.attempt(f"affinity {pid}", lambda: os.sched_setaffinity(pid, {0}) or "moved")
        tried.attempt(f"nice {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19) or "slower")
        tried.attempt(f"group {pid}", lambda: os.setpgid(pid, pid) or "moved")
    for number in range(3, 40):
        tried.attempt(f"getfd {number}", lambda: f"{system('pidfd_getfd', number, 3, 0)}")
    return tried.result()


def sockets(event):
    """The victim's sockets: by port, by abstract name, by path."""
    tried = Attempts(errno.ECONNREFUSED, errno.ENETUNREACH, errno.ENOENT)
    for family, address in (
        (socket.AF_INET, ("127.0.0.1", PORT)),
        (socket.AF_INET6, ("::ffff:127.0.0.1", PORT)),
        (socket.AF_UNIX, ABSTRACT),
        (socket.AF_UNIX, "/tmp/victim.socket"),
    ):
        tried.attempt(f"{address!r}", lambda: connect(family, address))
    return tried.result()


def connect(family, address):
    with socket.socket(family) as probe:
        probe.settimeout(2)
        probe.connect(address)
        return "connected"


def files(event):
    """The victim's /tmp, and other names of it."""
    tried = Attempts(errno.ENOENT)
    for path in ("/tmp/secret", "/dev/shm/secret", "/var/tmp/secret", "/run/secret"):
        tried.attempt(path, lambda: open(path, "rb").read())
    tried.attempt("/tmp", lambda: b"secret" in b" ".join(map(os.fsencode, os.listdir("/tmp"))))
    for descriptor in range(4, 1024):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        name = os.readlink(f"/proc/self/fd/{descriptor}")
        tried.attempt(f"descriptor {descriptor}", lambda: not name.startswith("/proc") and name)
    return tried.result()


def zygote_socket(event):
    """The zygote's control socket, or anything else that it forgot to close."""
    tried = Attempts(errno.EBADF, errno.ENOENT, errno.ECONNREFUSED, errno.ENOTSOCK)
    tried.refusals |= {errno.EINVAL, errno.ESRCH}  # of a pidfd from another pid namespace
    for descriptor in [*range(4, 64), 100, 200, 201, 202, 255]:
        tried.attempt(f"send {descriptor}", lambda: say(descriptor))
    # The link is a stream to the worker and not the control socket: of another type.
    if os.path.exists("/proc/self/fd/3") and not event.get("afresh"):
        with socket.socket(fileno=os.dup(3)) as link:
            tried.attempt("link", lambda: link.type == socket.SOCK_SEQPACKET)
            # A pidfd or a mount must not be had by asking for it with the worker's credentials.
            tried.attempt("peer", lambda: peer_group(link))
    with open("/proc/self/mountinfo") as mounts:
        tried.attempt("paths of sockets", lambda: ".sock" in mounts.read())
    return tried.result()


def say(descriptor):
    with socket.socket(fileno=os.dup(descriptor)) as found:
        return found.send(struct.pack("=IIQII", 2, 0, 999, 1000, 64))


def peer_group(link):
    """Signals to the link's peer, by the descriptor that SO_PEERPIDFD gives."""
    try:
        pidfd = struct.unpack("i", link.getsockopt(socket.SOL_SOCKET, 77, 4))[0]
    except OSError as refused:
        if refused.errno == errno.ENOPROTOOPT:  # Linux before 6.5 has no such option
            return False
        raise
    system("pidfd_send_signal", pidfd, 0, None, 0)
    return "signalled"
