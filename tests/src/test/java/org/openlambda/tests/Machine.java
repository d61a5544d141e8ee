package org.openlambda.tests;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.openlambda.linux.cgroup.CgroupMode;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.system.Kernel;

/// The machine the tests run on; its kind of control groups is printed once.
public final class Machine {
  /// The root of the project, as the build says.
  public static final Path ROOT =
      Path.of(System.getProperty("openlambda.root", "..")).toAbsolutePath().normalize();

  private static final CgroupMode MODE = look();

  private Machine() {}

  private static CgroupMode look() {
    if (!Kernel.isRoot()) {
      return CgroupMode.NONE;
    }
    try (Cgroups groups =
        Cgroups.open("openlambda-tests-" + ProcessHandle.current().pid(), new OpenGauges(0))) {
      System.out.println("cgroup mode: " + groups.mode());
      return groups.mode();
    }
  }

  /// Aborts the test where sandboxes cannot be made.
  public static void requireSandboxes() {
    Assumptions.assumeTrue(
        MODE != CgroupMode.NONE, "real sandboxes need root and control groups: run as root");
  }
}
