package org.openlambda.linux.process;

import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;

/// A handle to one process, whoever its parent is; its number is never given to another process as
/// long as this is open (`pidfd_open(2)`). The descriptor is readable for a poller once the process
/// has ended.
///
/// *Threads*: any. Nothing here waits.
public final class PidFd implements AutoCloseable {
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  private final Fd fd;

  private PidFd(Fd fd) {
    this.fd = fd;
  }

  /// Takes over a pidfd, such as one that came in a message.
  public static PidFd of(Fd fd) {
    return new PidFd(fd);
  }

  /// A handle to a process by its number. Only for our own children that nobody has waited for yet
  /// is the number sure to be the one meant.
  ///
  /// @throws LinuxException with `ESRCH` if there is no such process
  public static PidFd open(int pid) {
    try (Calls calls = Calls.confined()) {
      return new PidFd(Fd.of((int) calls.call(Syscall.PIDFD_OPEN, "pid " + pid, pid, 0)));
    }
  }

  /// Another handle to the same process, with a descriptor of its own.
  public PidFd copy() {
    return new PidFd(fd.copy());
  }

  /// The pid as our own pid namespace sees it: -1 once the process is gone, 0 if it cannot be seen.
  /// Costs a read of `/proc/self/fdinfo`, 10 to 15 µs.
  public int pid() {
    String info = KernelFile.read("/proc/self/fdinfo/" + fd.number());
    for (String line : info.lines().toList()) {
      if (line.startsWith("Pid:")) {
        return Integer.parseInt(line.substring(4).strip());
      }
    }
    throw new IllegalStateException(fd + " is not a pidfd: " + info.strip());
  }

  /// Sends a signal (`pidfd_send_signal(2)`).
  ///
  /// @return false if the process has ended already
  /// @throws LinuxException with `EPERM` if we may not
  public boolean signal(int signal) {
    try (Calls calls = Calls.confined()) {
      long result = calls.attempt(Syscall.PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0);
      if (result < 0 && result != -Errno.ESRCH) {
        throw new LinuxException("pidfd_send_signal %d to %s".formatted(signal, fd), (int) -result);
      }
      return result == 0;
    }
  }

  /// The descriptor, owned by this.
  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}
