package org.openlambda.linux.cgroup;

import org.openlambda.linux.fd.Gauge;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.OpenGauges;

/// The memory of one group.
sealed interface MemoryControl {
  /// @param before what the limit was; 0 for none
  void limit(long bytes, long before);

  long bytes();

  long peakBytes();

  long oomKills();

  /// Whether a controller does any of this.
  default boolean isThere() {
    return true;
  }

  /// Gives back the files that it has open; reading opens them again.
  default void rest() {}

  /// `memory.limit_in_bytes` and its neighbours (`cgroup-v1/memory.rst`).
  final class V1 implements MemoryControl {
    private static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";

    private final String directory;
    private final Gauge peak;

    V1(String directory, OpenGauges gauges) {
      this.directory = directory;
      this.peak = new Gauge(directory + "/memory.max_usage_in_bytes", gauges);
    }

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
      return peak.read();
    }

    @Override
    public void rest() {
      peak.close();
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
    private final Gauge peak;

    V2(String directory, OpenGauges gauges) {
      this.directory = directory;
      this.peak = new Gauge(directory + "/memory.peak", gauges);
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
    public long peakBytes() {
      return peak.read();
    }

    /// Those in this group alone; `memory.events` would count those below as well.
    @Override
    public long oomKills() {
      return Directories.number(directory, "memory.events.local", "oom_kill").orElse(0L);
    }

    @Override
    public void rest() {
      peak.close();
    }
  }

  /// No memory controller is to be had.
  record Absent() implements MemoryControl {
    @Override
    public boolean isThere() {
      return false;
    }

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
    public long oomKills() {
      return 0;
    }
  }
}
