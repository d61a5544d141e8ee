package org.openlambda.linux.cgroup;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;

/// The memory of one group.
sealed interface MemoryControl {
  /// @param before what the limit was; 0 for none
  void limit(long bytes, long before);

  long bytes();

  long peakBytes();

  void resetPeak();

  long oomKills();

  /// Gives back what it holds.
  default void close() {}

  /// `memory.limit_in_bytes` and its neighbours (`cgroup-v1/memory.rst`).
  record V1(String directory) implements MemoryControl {
    private static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";

    /// Memory and swap together must never be less than memory, so the order depends on the
    /// direction. Kernels without accounting of swap have no such file.
    @Override
    public void limit(long bytes, long before) {
      boolean swap = Directories.has(directory, MEMORY_AND_SWAP);
      boolean raised = before > 0 && bytes > before;
      if (swap && raised) {
        write(MEMORY_AND_SWAP, bytes);
      }
      write("memory.limit_in_bytes", bytes);
      if (swap && !raised) {
        write(MEMORY_AND_SWAP, bytes);
      }
    }

    @Override
    public long bytes() {
      return Directories.number(directory, "memory.usage_in_bytes");
    }

    @Override
    public long peakBytes() {
      return Directories.number(directory, "memory.max_usage_in_bytes");
    }

    @Override
    public void resetPeak() {
      write("memory.max_usage_in_bytes", 0);
    }

    @Override
    public long oomKills() {
      return Directories.number(directory, "memory.oom_control", "oom_kill").orElse(0L);
    }

    private void write(String file, long value) {
      KernelFile.write(directory + "/" + file, Long.toString(value));
    }
  }

  /// `memory.max` and its neighbours (`cgroup-v2.rst`). `memory.oom.group` stays 0, the kernel's
  /// default: a child of the handler that is killed for memory does not take the handler with it.
  final class V2 implements MemoryControl {
    private final String directory;

    /// Open since the first reset that worked: Linux 6.12 lets a writer of `memory.peak` reset what
    /// is read through the same descriptor, and only that.
    private @Nullable Fd peak;

    private boolean cannotReset;

    V2(String directory) {
      this.directory = directory;
    }

    @Override
    public void limit(long bytes, long before) {
      if (before == 0 && Directories.has(directory, "memory.swap.max")) {
        KernelFile.write(directory + "/memory.swap.max", "0");
      }
      KernelFile.write(directory + "/memory.max", Long.toString(bytes));
    }

    @Override
    public long bytes() {
      return Directories.number(directory, "memory.current");
    }

    @Override
    public synchronized long peakBytes() {
      if (peak == null) {
        return Directories.number(directory, "memory.peak");
      }
      try (Calls calls = Calls.confined()) {
        MemorySegment text = calls.bytes(32);
        long size = calls.call(Syscall.PREAD64, directory, peak.number(), text.address(), 32, 0);
        byte[] digits = text.asSlice(0, size).toArray(JAVA_BYTE);
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII).strip());
      }
    }

    @Override
    public synchronized void resetPeak() {
      if (cannotReset) {
        return;
      }
      try (Calls calls = Calls.confined()) {
        if (peak == null) {
          peak = Fd.openPath(directory + "/memory.peak", Fd.O_RDWR);
        }
        MemorySegment any = calls.string("0");
        calls.call(Syscall.WRITE, directory + "/memory.peak", peak.number(), any.address(), 1);
      } catch (LinuxException refused) {
        if (refused.errno() != Errno.EACCES && refused.errno() != Errno.EINVAL) {
          throw refused;
        }
        cannotReset = true;
        close();
      }
    }

    /// Those in this group alone; `memory.events` would count those below as well.
    @Override
    public long oomKills() {
      return Directories.number(directory, "memory.events.local", "oom_kill").orElse(0L);
    }

    @Override
    public synchronized void close() {
      if (peak != null) {
        peak.close();
        peak = null;
      }
    }
  }

  /// No memory controller is to be had.
  record Absent() implements MemoryControl {
    @Override
    public void limit(long bytes, long before) {}

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public long peakBytes() {
      return 0;
    }

    @Override
    public void resetPeak() {}

    @Override
    public long oomKills() {
      return 0;
    }
  }
}
