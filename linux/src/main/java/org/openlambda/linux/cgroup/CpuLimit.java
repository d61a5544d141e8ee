package org.openlambda.linux.cgroup;

import org.openlambda.linux.fd.KernelFile;

/// How much processor time a group gets: a quota in each period of 100 ms.
sealed interface CpuLimit {
  /// The kernel's default, in both versions.
  long PERIOD_MICROS = 100_000;

  void limit(double cpus);

  /// The kernel refuses a quota of less than 1 ms.
  private static long quotaMicros(double cpus) {
    return Math.max(1000, Math.round(cpus * PERIOD_MICROS));
  }

  /// `cpu.cfs_quota_us` (`scheduler/sched-bwc.rst`).
  record V1(String directory) implements CpuLimit {
    @Override
    public void limit(double cpus) {
      KernelFile.write(directory + "/cpu.cfs_quota_us", Long.toString(quotaMicros(cpus)));
    }
  }

  /// `cpu.max`.
  record V2(String directory) implements CpuLimit {
    @Override
    public void limit(double cpus) {
      KernelFile.write(directory + "/cpu.max", quotaMicros(cpus) + " " + PERIOD_MICROS);
    }
  }

  /// No cpu controller is to be had.
  record Absent() implements CpuLimit {
    @Override
    public void limit(double cpus) {}
  }
}
