package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// What can be asked of and told to a process by its number. Only for one that is known to be alive
/// otherwise, or the number may be another's. Any thread; 1 µs each.
public final class ProcessCalls {
  private static final int RLIMIT_NPROC = 6;
  private static final int CPU_CLOCK = 2;
  private static final long MICROS_PER_SECOND = 1_000_000;

  private ProcessCalls() {}

  /// Limits the processes and threads that its user may have when it makes another (`prlimit(2)`),
  /// for it and those it makes. Does nothing if the process is gone.
  ///
  /// @throws LinuxException with `EPERM` if that is more than it had
  public static void limitProcesses(int pid, int most) {
    try (Calls calls = Calls.confined()) {
      MemorySegment limit = calls.bytes(16);
      limit.set(JAVA_LONG, 0, most);
      limit.set(JAVA_LONG, 8, most);
      long result = calls.attempt(Syscall.PRLIMIT64, pid, RLIMIT_NPROC, limit.address(), 0);
      if (result < 0 && result != -Errno.ESRCH) {
        throw new LinuxException("prlimit NPROC of " + pid, (int) -result);
      }
    }
  }

  /// Processor time of all its threads, also of those that have ended, in microseconds; 0 if it is
  /// gone. The clock is made of the number as `clock_getcpuclockid(3)` does.
  public static long cpuMicros(int pid) {
    try (Calls calls = Calls.confined()) {
      MemorySegment time = calls.bytes(16);
      int clock = ~pid << 3 | CPU_CLOCK;
      if (calls.attempt(Syscall.CLOCK_GETTIME, clock, time.address()) < 0) {
        return 0;
      }
      return time.get(JAVA_LONG, 0) * MICROS_PER_SECOND + time.get(JAVA_LONG, 8) / 1000;
    }
  }
}
