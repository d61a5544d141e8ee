package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// How one of our own children ended (`waitid(2)`).
public sealed interface ChildExit {
  /// It called exit.
  ///
  /// @param status 0 to 255
  record Exited(int status) implements ChildExit {
    @Override
    public String toString() {
      return "exited with status " + status;
    }
  }

  /// A signal ended it.
  ///
  /// @param signal its number
  /// @param coreDumped whether it left a core file
  record Killed(int signal, boolean coreDumped) implements ChildExit {
    @Override
    public String toString() {
      return "was killed by signal " + signal + (coreDumped ? " (core dumped)" : "");
    }
  }

  int CLD_EXITED = 1;
  int CLD_KILLED = 2;
  int CLD_DUMPED = 3;

  /// From the two numbers `waitid(2)` reports, also as another process has passed them on.
  ///
  /// @param code `CLD_EXITED`, `CLD_KILLED` or `CLD_DUMPED`
  /// @param status the exit status or the signal
  static ChildExit of(int code, int status) {
    return code == CLD_EXITED ? new Exited(status) : new Killed(status, code == CLD_DUMPED);
  }

  /// Waits until the child has ended, and buries it. *Blocking*: platform threads only.
  ///
  /// @throws LinuxException with `ECHILD` if it is not our child or has been waited for already
  static ChildExit waitFor(int pid) {
    final int byPid = 1;
    final int exited = 4;
    try (Calls calls = Calls.confined()) {
      // siginfo_t: 0 signo  4 errno  8 code  16 pid  20 uid  24 status
      MemorySegment info = calls.bytes(128);
      long result =
          calls.attemptUninterrupted(Syscall.WAITID, byPid, pid, info.address(), exited, 0);
      if (result < 0) {
        throw new LinuxException("waitid " + pid, (int) -result);
      }
      return of(info.get(JAVA_INT, 8), info.get(JAVA_INT, 24));
    }
  }
}
