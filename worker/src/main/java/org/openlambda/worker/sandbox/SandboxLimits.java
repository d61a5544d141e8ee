package org.openlambda.worker.sandbox;

import org.openlambda.core.function.Limits;
import org.openlambda.linux.cgroup.GroupLimits;

/// Limits of sandboxes, as control groups understand them.
public final class SandboxLimits {
  private SandboxLimits() {}

  public static GroupLimits group(Limits limits) {
    return new GroupLimits(limits.memory().count(), limits.processes(), limits.cpus());
  }
}
