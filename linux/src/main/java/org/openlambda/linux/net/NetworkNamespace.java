package org.openlambda.linux.net;

import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.process.PidFd;

/// Where a thread's sockets live (`network_namespaces(7)`). Every thread has one of its own choice;
/// a new thread begins in that of the thread that started it.
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x40000000;

  private NetworkNamespace() {}

  /// The calling thread's, as a descriptor. Some 10 µs.
  public static Fd current() {
    return Fd.openPath("/proc/thread-self/ns/net", Fd.O_RDONLY);
  }

  /// Moves the calling thread into the network namespace of a process, for ever (`setns(2)` by
  /// pidfd). Only for a platform thread that was started for this and ends soon: what never comes
  /// back cannot fail to come back. Under 1 µs; needs `CAP_SYS_ADMIN`.
  ///
  /// @throws LinuxException with `ESRCH` if the process is gone
  /// @throws IllegalStateException on a virtual thread, whose carrier others would share
  public static void enter(PidFd process) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread cannot have a network namespace");
    }
    try (Calls calls = Calls.confined()) {
      calls.call(
          Syscall.SETNS, process.fd() + " CLONE_NEWNET", process.fd().number(), CLONE_NEWNET);
    }
  }
}
