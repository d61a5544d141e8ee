"""What the attacks share: attempts are made one by one, and noted as won or refused."""

import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)

# x86_64, asm/unistd_64.h: what libc has no function for, or does something else first.
NUMBERS = {
    "clone": 56, "ptrace": 101, "sysfs": 139, "modify_ldt": 154, "pivot_root": 155,
    "adjtimex": 159, "settimeofday": 164, "swapon": 167, "swapoff": 168, "reboot": 169,
    "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179,
    "shmget": 29, "semget": 64, "msgget": 68, "mq_open": 240, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "mbind": 237, "move_pages": 279, "perf_event_open": 298,
    "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "finit_module": 313, "memfd_secret": 447, "kexec_file_load": 320, "bpf": 321,
    "userfaultfd": 323, "pidfd_send_signal": 424, "io_uring_setup": 425, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fspick": 433, "pidfd_open": 434, "clone3": 435,
    "pidfd_getfd": 438, "mount_setattr": 442, "quotactl_fd": 443, "statmount": 457,
    "listmount": 458, "clock_settime": 227, "acct": 163, "syslog": 103, "vmsplice": 278,
    "unshare": 272, "umount2": 166, "mount": 165, "capset": 126,
}  # fmt: skip

# What an own wall answers. Any other error means that the call got past the walls, and failed
# for want of better arguments.
REFUSALS = {errno.EPERM, errno.ENOSYS, errno.EACCES, errno.EROFS}


def system(name, *arguments):
    """A system call by its name; integers, bytes and ctypes objects as arguments."""
    longs = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(NUMBERS[name]), *longs)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


class Attempts:
    """Notes of one attack. `also`: errors that are a refusal here, beside the usual ones."""

    def __init__(self, *also):
        self.refusals = REFUSALS | set(also)
        self.won = []
        self.refused = {}

    def attempt(self, what, action):
        """Won if the action returns anything but False or None, or fails for a wrong reason."""
        try:
            got = action()
        except OSError as error:
            name = errno.errorcode.get(error.errno, str(error))
            if error.errno in self.refusals:
                self.refused[what] = name
            else:
                self.won.append(f"{what}: got as far as {name}")
            return
        if got is None or got is False:
            self.refused[what] = "nothing there"
        else:
            self.won.append(f"{what}: {str(got)[:200]}")

    def call(self, name, *arguments):
        """A system call that nobody may make; None is no success here, as a number always is."""
        number = len(self.refused) + len(self.won)
        self.attempt(f"{name} {number}", lambda: f"returned {system(name, *arguments)}")

    def result(self):
        return {"won": self.won, "refused": self.refused}
