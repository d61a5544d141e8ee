"""Ways out of the root, the mounts and the namespaces."""

import ctypes
import errno
import os
import signal
import struct

from attempts import Attempts, libc, system

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC = 1, 32, 4096, 8192, 16384
MNT_DETACH = 2
NAMESPACES = {
    "user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000,
    "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000, "time": 0x80,
}  # fmt: skip
AT_FDCWD = -100


def identity(path):
    status = os.stat(path)
    return status.st_dev, status.st_ino


def above_root(event):
    """Dots enough to leave any root that is not one."""
    tried, root = Attempts(), identity("/")
    for path in ("/..", "/../../../../..", "/proc/self/root/..", "/proc/self/cwd" + "/.." * 20):
        tried.attempt(path, lambda: identity(path) != root and os.listdir(path))
    os.chdir("/tmp")
    for _ in range(64):
        os.chdir("..")
    tried.attempt("chdir ..", lambda: identity(".") != root and os.listdir("."))
    return tried.result()


def chroot(event):
    """A root inside the root, which a working directory outside of it can leave."""
    tried = Attempts()
    os.makedirs("/tmp/cage", exist_ok=True)
    tried.attempt("chroot", lambda: os.chroot("/tmp/cage") or "changed")
    tried.call("pivot_root", b"/tmp", b"/tmp/cage")
    return tried.result()


def mount(event):
    tried = Attempts()
    os.makedirs("/tmp/m", exist_ok=True)
    tried.call("mount", b"none", b"/tmp/m", b"tmpfs", 0, None)
    tried.call("mount", b"none", b"/tmp/m", b"proc", 0, None)
    tried.call("mount", b"none", b"/tmp/m", b"sysfs", 0, None)
    tried.call("mount", b"none", b"/tmp/m", b"cgroup2", 0, None)
    tried.call("mount", b"none", b"/tmp/m", b"devpts", 0, None)
    tried.call("mount", b"none", b"/tmp/m", b"overlay", 0, b"lowerdir=/,upperdir=/tmp,workdir=/tmp")
    tried.call("mount", b"/", b"/tmp/m", None, MS_BIND | MS_REC, None)
    tried.call("mount", b"/handler", b"/tmp/m", None, MS_MOVE, None)
    return tried.result()


def umount(event):
    """What lies below our mounts is the launcher's, or the host's."""
    tried = Attempts()
    for place in (b"/proc", b"/handler", b"/tmp", b"/usr", b"/dev/null", b"/policy", b"/"):
        tried.attempt(place.decode(), lambda: f"gone: {system('umount2', place, MNT_DETACH)}")
    return tried.result()


def remount(event):
    """Takes away "read-only" with the old and with the new interface."""
    tried = Attempts()
    attr = struct.pack("=QQQQ", 0, 1, 0, 0)  # clear MOUNT_ATTR_RDONLY
    for place in (b"/", b"/usr", b"/handler", b"/ol/python", b"/policy", b"/etc/alternatives"):
        tried.attempt(
            f"remount {place}",
            lambda: f"{system('mount', None, place, None, MS_REMOUNT | MS_BIND, None)}",
        )
        tried.attempt(
            f"mount_setattr {place}",
            lambda: f"{system('mount_setattr', AT_FDCWD, place, 0x8000, attr, len(attr))}",
        )
    return tried.result()


def mount_api(event):
    tried = Attempts()
    tried.call("open_tree", AT_FDCWD, b"/", 1)
    tried.call("open_tree", AT_FDCWD, b"/handler", 0)
    tried.call("move_mount", AT_FDCWD, b"/handler", AT_FDCWD, b"/tmp", 0)
    tried.call("fsopen", b"tmpfs", 0)
    tried.call("fsopen", b"proc", 0)
    tried.call("fspick", AT_FDCWD, b"/tmp", 0)
    buffer = ctypes.create_string_buffer(512)
    request = struct.pack("=IIQQ", 24, 0, 0xFFFFFFFFFFFFFFFF, 0)
    tried.call("listmount", request, buffer, 8, 0)
    tried.call("statmount", request, buffer, len(buffer), 0)
    return tried.result()


def unshare(event):
    tried = Attempts()
    for name, flag in NAMESPACES.items():
        tried.attempt(name, lambda: f"returned {system('unshare', flag)}")
    return tried.result()


def setns(event):
    """Back into a namespace by its file, or by the pidfd of whoever is in it."""
    tried = Attempts()
    for name in ("mnt", "net", "pid", "user", "ipc", "uts", "cgroup"):
        tried.attempt(name, lambda: enter(f"/proc/self/ns/{name}"))
    own = os.pidfd_open(os.getpid())
    for name, flag in NAMESPACES.items():
        tried.attempt(f"pidfd {name}", lambda: f"returned {system('setns', own, flag)}")
    return tried.result()


def enter(path):
    with open(path) as file:
        return f"returned {system('setns', file.fileno(), 0)}"


def ended_well(pid):
    if pid == 0:
        os._exit(0)
    return f"pid {pid}, {os.waitpid(pid, 0)[1]}"


def clone_newuser(event):
    """A child in a user namespace of its own has every capability there."""
    tried = Attempts()
    for name, flag in NAMESPACES.items():
        if name != "time":  # that bit is part of the signal here
            flags = flag | signal.SIGCHLD
            tried.attempt(name, lambda: ended_well(system("clone", flags, 0, 0, 0, 0)))
    return tried.result()


def clone3_newuser(event):
    """The same by clone3, whose flags lie in memory where no filter can look."""
    tried = Attempts()
    for name, flag in NAMESPACES.items():
        args = struct.pack("=11Q", flag, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
        tried.attempt(name, lambda: ended_well(system("clone3", args, len(args))))
    return tried.result()


def proc_root(event):
    """The roots, folders and open folders of all processes that can be named."""
    tried, root = Attempts(errno.ENOENT), identity("/")
    for pid in [*range(1, 200), 32000, *event.get("pids", [])]:
        for link in ("root", "cwd", "fd/3", "ns/mnt", "exe"):
            path = f"/proc/{pid}/{link}"
            if pid != os.getpid():
                tried.attempt(path, lambda: os.stat(path))
    tried.attempt("own root", lambda: identity("/proc/1/root") != root and "differs")
    for number in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{number}"
        tried.attempt(f"folder {number}", lambda: os.path.isdir(path) and path_outside(path))
    return tried.result()


def path_outside(path):
    target = os.readlink(path)
    return target if not target.startswith("/proc/") else False


def handles(event):
    """Opens a file by number: 2 is the root of an ext4, 1 that of others."""
    tried = Attempts()
    for place in (b"/usr", b"/handler", b"/"):
        folder = os.open(place, os.O_RDONLY)
        for inode in (2, 1, 128):
            handle = struct.pack("=IiII", 8, 1, inode, 0)
            tried.attempt(
                f"{place} {inode}",
                lambda: f"opened {system('open_by_handle_at', folder, handle, os.O_RDONLY)}",
            )
        buffer = ctypes.create_string_buffer(struct.pack("=Ii", 128, 0), 136)
        number = ctypes.c_int()
        tried.call("name_to_handle_at", folder, b"", buffer, ctypes.byref(number), 0x1000)
        os.close(folder)
    return tried.result()


def host_files(event):
    """Host files by their own paths, by a symbolic link made here, and by one in the bundle."""
    tried = Attempts(errno.ENOENT, errno.ENOTDIR)
    paths = ["/etc/shadow", "/etc/machine-id", "/etc/hostname", "/root", "/home", "/boot", "/sys"]
    for number, path in enumerate(paths + event.get("paths", [])):
        link = f"/tmp/link{number}-{os.getpid()}"
        os.symlink(path, link)
        for name in (path, link, "/proc/self/root" + path):
            tried.attempt(name, lambda: look(name))
    return tried.result()


def bundle_link(event):
    """A link in the bundle that leads out of it."""
    tried = Attempts(errno.ENOENT)
    for name in event["links"]:
        tried.attempt(name, lambda: look(f"/handler/{name}"))
    return tried.result()


def look(path):
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path) as file:
        return file.read(200)


def regain(event):
    """Gets back what was dropped: uids, groups, capabilities, securebits."""
    tried = Attempts(errno.EINVAL)  # an id that the user namespace does not map
    for uid in (0, 65534, *event.get("uids", [])):
        tried.attempt(f"setuid {uid}", lambda: os.setuid(uid) or "became it")
        tried.attempt(f"setgid {uid}", lambda: os.setgid(uid) or "became it")
        tried.attempt(f"setresuid {uid}", lambda: os.setresuid(uid, uid, uid) or "became it")
        tried.attempt(f"setgroups {uid}", lambda: os.setgroups([uid]) or "joined it")
    header = struct.pack("=Ii", 0x20080522, 0)
    everything = struct.pack("=6I", *[0xFFFFFFFF] * 6)
    tried.call("capset", header, everything)
    tried.attempt("securebits", lambda: libc.prctl(28, 0, 0, 0, 0) == 0)
    tried.attempt("ambient", lambda: libc.prctl(47, 2, 21, 0, 0) == 0)
    tried.attempt("no_new_privs off", lambda: libc.prctl(38, 0, 0, 0, 0) == 0)
    for file in ("uid_map", "gid_map", "setgroups"):
        tried.attempt(f"/proc/self/{file}", lambda: rewrite(f"/proc/self/{file}", "0 0 1"))
    return tried.result()


def rewrite(path, text):
    with open(path, "w") as file:
        file.write(text)
    return "written"
