package org.openlambda.linux.cgroup;

import java.util.Locale;

/// The controllers in use. v2 has no `cpuacct`, every group there is metered, and no `freezer`.
enum Controller {
  MEMORY,
  CPU,
  CPUACCT,
  PIDS,
  FREEZER;

  /// As in `/proc/self/mountinfo` and `cgroup.controllers`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
