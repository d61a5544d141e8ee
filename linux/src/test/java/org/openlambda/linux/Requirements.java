package org.openlambda.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.openlambda.linux.system.Kernel;

/// What a test needs of the machine; without it the test is skipped and says why.
public final class Requirements {
  private Requirements() {}

  public static void root() {
    assumeTrue(
        Kernel.isRoot() && Kernel.hasCapability(Kernel.CAP_SYS_ADMIN),
        "SKIPPED: needs root with CAP_SYS_ADMIN");
  }
}
