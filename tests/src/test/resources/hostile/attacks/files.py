"""Devices, and files that are not ours: to write, to read, to execute with another's rights."""

import errno
import fcntl
import mmap
import os
import shutil
import stat
import subprocess

from attempts import Attempts

DEVICES = {
    "mem": (1, 1), "kmem": (1, 2), "port": (1, 4), "kmsg": (1, 11), "tty": (5, 0), "ptmx": (5, 2),
    "loop0": (7, 0), "sda": (8, 0), "vda": (254, 0), "nvme": (259, 0), "kvm": (10, 232),
    "fuse": (10, 229), "tun": (10, 200), "loop-control": (10, 237), "vsock": (10, 241),
}  # fmt: skip


def mknod(event):
    tried = Attempts()
    for name, (major, minor) in DEVICES.items():
        for kind in (stat.S_IFCHR, stat.S_IFBLK):
            tried.attempt(
                f"{name} {kind:o}",
                lambda: os.mknod(f"/tmp/{name}{kind}", 0o666 | kind, os.makedev(major, minor))
                or "made",
            )
    return tried.result()


def devices(event):
    """Opens whatever device there is, here or in the bundle."""
    tried = Attempts(errno.ENOENT, errno.ENXIO)
    names = ["mem", "kmsg", "port", "loop0", "loop-control", "vda", "sda", "kvm", "fuse", "tty"]
    names += ["net/tun", "ptmx", "pts/0", "console", "mapper/control", "vhost-net", "cpu/0/msr"]
    names += ["cpu_dma_latency", "uinput", "rtc0", "hpet", "dri/card0", "snd/timer", "userfaultfd"]
    for name in names:
        tried.attempt(name, lambda: os.close(os.open(f"/dev/{name}", os.O_RDWR)) or "opened")
    for folder, _, files in os.walk("/handler"):
        for name in files:
            path = os.path.join(folder, name)
            if stat.S_IFMT(os.lstat(path).st_mode) in (stat.S_IFCHR, stat.S_IFBLK):
                tried.attempt(path, lambda: os.close(os.open(path, os.O_RDONLY)) or "opened")
    return tried.result()


def known_devices(event):
    """The five devices there are can be written to; nothing else can be done to them."""
    tried = Attempts(errno.ENOTTY, errno.EINVAL, errno.EXDEV)
    for name in ("null", "zero", "full", "random", "urandom"):
        path = f"/dev/{name}"
        tried.attempt(f"{name} chmod", lambda: os.chmod(path, 0o777) or "changed")
        tried.attempt(f"{name} unlink", lambda: os.unlink(path) or "gone")
        tried.attempt(f"{name} rename", lambda: os.rename(path, "/tmp/x") or "moved")
    with open("/dev/random", "wb", buffering=0) as pool:
        # RNDADDTOENTCNT, RNDZAPENTCNT, RNDCLEARPOOL, RNDRESEEDCRNG: the randomness of the host
        for request in (0x40045201, 0x5204, 0x5206, 0x5207):
            tried.attempt(f"random {request:#x}", lambda: fcntl.ioctl(pool, request, b"\1\0\0\0"))
    return tried.result()


PLACES = (
    "/", "/usr", "/usr/bin", "/usr/lib/python3", "/etc", "/dev", "/ol", "/ol/python", "/policy",
    "/handler", "/var", "/proc", "/proc/self", "/bin", "/lib",
)  # fmt: skip
FILES = (
    "/handler/f.py", "/ol/python/zygote.py", "/ol/python/main.py", "/ol/python/libol_python.so",
    "/policy/strict.bpf", "/etc/passwd", "/etc/hosts", "/etc/ld.so.cache", "/usr/bin/python3",
    "/bin/sh",
)  # fmt: skip


def write(event):
    """Makes, changes, moves and removes what is not below /tmp."""
    tried = Attempts(errno.ENOENT, errno.EXDEV)
    for place in PLACES:
        path = os.path.join(place, "intruder")
        tried.attempt(f"make {path}", lambda: open(path, "w"))
        tried.attempt(f"mkdir {path}", lambda: os.mkdir(path) or "made")
        tried.attempt(f"symlink {path}", lambda: os.symlink("/tmp", path) or "made")
        tried.attempt(f"move {path}", lambda: os.rename("/tmp", path) or "moved")
    tried.refusals |= {errno.EBUSY}
    for path in FILES:
        tried.attempt(f"write {path}", lambda: os.open(path, os.O_WRONLY))
        tried.attempt(f"append {path}", lambda: os.open(path, os.O_WRONLY | os.O_APPEND))
        tried.attempt(f"truncate {path}", lambda: os.truncate(path, 0) or "emptied")
        tried.attempt(f"chmod {path}", lambda: os.chmod(path, 0o777) or "changed")
        tried.attempt(f"chown {path}", lambda: os.chown(path, 1000, 1000) or "changed")
        tried.attempt(f"unlink {path}", lambda: os.unlink(path) or "gone")
        tried.attempt(f"rename {path}", lambda: os.rename(path, path + "2") or "moved")
        tried.attempt(f"link {path}", lambda: os.link(path, "/tmp/link") or "linked")
        tried.attempt(f"utime {path}", lambda: os.utime(path, (1, 1)) or "dated")
        tried.attempt(f"xattr {path}", lambda: os.setxattr(path, "user.x", b"x") or "marked")
    return tried.result()


def careless(event):
    """Files that their mode would let everybody write: only the mount forbids it."""
    tried = Attempts(errno.ETXTBSY)
    tried.attempt("search", lambda: None)
    for top in ("/usr", "/etc", "/handler", "/ol", "/policy", "/var"):
        for folder, folders, files in os.walk(top):
            for path in (os.path.join(folder, name) for name in files):
                try:
                    mode = os.lstat(path).st_mode
                except OSError:
                    continue
                if stat.S_ISREG(mode) and mode & 0o002:
                    tried.attempt(path, lambda: os.open(path, os.O_WRONLY))
    return tried.result()


def root_only(event):
    """Files that only root may read."""
    tried = Attempts()
    tried.attempt("search", lambda: None)
    for top in ("/usr", "/etc", "/handler", "/ol", "/policy"):
        for folder, folders, files in os.walk(top):
            for path in (os.path.join(folder, name) for name in files):
                try:
                    mode = os.lstat(path).st_mode
                except OSError:
                    continue
                if stat.S_ISREG(mode) and not mode & 0o004:
                    tried.attempt(path, lambda: os.open(path, os.O_RDONLY))
    return tried.result()


def reopen(event):
    """A file opened for reading, opened again for writing by way of /proc, or mapped writable."""
    tried = Attempts(errno.ENOENT, errno.ENXIO)
    for path in FILES:
        with open(path, "rb") as file:
            again = f"/proc/self/fd/{file.fileno()}"
            tried.attempt(f"reopen {path}", lambda: os.open(again, os.O_RDWR))
            tried.attempt(f"dev/fd {path}", lambda: os.open(f"/dev/fd/{file.fileno()}", os.O_RDWR))
            tried.attempt(
                f"map {path}",
                lambda: mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_WRITE),
            )
            tried.attempt(f"fchmod {path}", lambda: os.fchmod(file.fileno(), 0o777) or "changed")
    for number in (3, 4, 5, 6, 100):  # the link, and what a careless parent might have left
        tried.attempt(f"descriptor {number}", lambda: os.open(f"/proc/self/fd/{number}", os.O_RDWR))
    return tried.result()


def bytecode(event):
    """Compiled code that the next sandbox would load: of the handler, of the runtime, of Python."""
    tried = Attempts(errno.ENOENT, errno.EEXIST)
    for place in ("/handler", "/ol/python", "/usr/lib/python3.11", "/usr/lib/python3/dist-packages"):
        folder = f"{place}/__pycache__"
        tried.attempt(f"mkdir {folder}", lambda: os.mkdir(folder) or "made")
        tried.attempt(f"write {folder}", lambda: open(f"{folder}/f.cpython-311.pyc", "wb"))
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            path = f"{folder}/{name}"
            tried.attempt(path, lambda: os.open(path, os.O_WRONLY))
    return tried.result()


def setuid(event):
    """Programs that would run as another user or group, and copies of them made here."""
    tried = Attempts()
    tried.attempt("search", lambda: None)
    for folder, _, files in os.walk("/usr"):
        for path in (os.path.join(folder, name) for name in files):
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                continue
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                tried.attempt(path, lambda: ids_of(path))
    copy = shutil.copy("/usr/bin/id", f"/tmp/id-{os.getpid()}")
    os.chmod(copy, 0o6755)
    tried.attempt("copy", lambda: b"euid=" in subprocess.run([copy], capture_output=True).stdout)
    return tried.result()


def ids_of(path):
    """What the ids of a program become: it is stopped from doing anything by want of arguments."""
    program = subprocess.Popen(
        [path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with open(f"/proc/{program.pid}/status") as status:
            lines = [line for line in status if line.startswith(("Uid:", "Gid:", "CapEff:"))]
    finally:
        program.kill()
        program.wait()
    for line in lines:
        if set(line.split()[1:]) - {"1000", "0000000000000000"}:
            return lines
    return None


def secrets_of_proc(event):
    """What /proc, /sys and the cgroup files tell of the host and its kernel, and take."""
    tried = Attempts(errno.ENOENT)
    for name in (
        "kcore", "kallsyms", "kmsg", "keys", "key-users", "cmdline", "meminfo", "modules",
        "iomem", "ioports", "vmallocinfo", "slabinfo", "timer_list", "sched_debug", "config.gz",
        "version", "loadavg", "stat", "partitions", "interrupts", "sys/kernel/random/boot_id",
        "sys/kernel/core_pattern", "sysvipc/shm", "bus/pci/devices", "uptime",
    ):  # fmt: skip
        tried.attempt(f"/proc/{name}", lambda: open(f"/proc/{name}", "rb").read(64))
    for name in ("sysrq-trigger", "sys/kernel/core_pattern", "sys/vm/drop_caches", "mtrr", "irq/0"):
        tried.attempt(f"write /proc/{name}", lambda: open(f"/proc/{name}", "wb", buffering=0))
    for place in ("/sys", "/sys/fs/cgroup", "/sys/kernel/debug", "/sys/class", "/boot", "/lost+found"):
        tried.attempt(place, lambda: os.listdir(place))
    return tried.result()


def favour(event):
    """Less likely to be killed for want of memory, or more often on a CPU, than others."""
    tried = Attempts(errno.EINVAL)
    tried.attempt("oom_score_adj", lambda: put("/proc/self/oom_score_adj", "-1000"))
    tried.attempt("oom_adj", lambda: put("/proc/self/oom_adj", "-17"))
    own = os.getpriority(os.PRIO_PROCESS, 0)
    tried.attempt("nice", lambda: os.setpriority(os.PRIO_PROCESS, 0, own - 1) or "faster")
    tried.attempt(
        "fifo", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)) or "real time"
    )
    tried.attempt("autogroup", lambda: put("/proc/self/autogroup", "-10"))
    import resource

    for name in ("NOFILE", "CORE", "MEMLOCK"):
        number = getattr(resource, f"RLIMIT_{name}")
        more = resource.getrlimit(number)[1] + 1
        tried.attempt(name, lambda: raise_limit(resource, number, more))
    return tried.result()


def put(path, text):
    with open(path, "w") as file:
        file.write(text)
    return "written"


def raise_limit(resource, number, more):
    try:
        resource.setrlimit(number, (more, more))
    except ValueError:  # as Python says EPERM here
        return None
    return "raised"
