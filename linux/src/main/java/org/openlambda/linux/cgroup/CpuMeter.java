package org.openlambda.linux.cgroup;

/// How much processor time a group has used since it was made, by all that were ever in it.
sealed interface CpuMeter {
  long micros();

  /// `cpuacct.usage`, in nanoseconds.
  record V1(String directory) implements CpuMeter {
    @Override
    public long micros() {
      return Directories.number(directory, "cpuacct.usage") / 1000;
    }
  }

  /// `cpu.stat`, which every v2 group has, with or without the cpu controller.
  record V2(String directory) implements CpuMeter {
    @Override
    public long micros() {
      return Directories.number(directory, "cpu.stat", "usage_usec").orElseThrow();
    }
  }

  /// No group meters it.
  record Absent() implements CpuMeter {
    @Override
    public long micros() {
      return 0;
    }
  }
}
