package org.openlambda.worker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.openlambda.linux.system.Kernel;

/// What a test needs of the machine; without it the test is skipped and says why.
public final class Requirements {
  private Requirements() {}

  public static void root() {
    assumeTrue(
        Kernel.isRoot() && Kernel.hasCapability(Kernel.CAP_SYS_ADMIN),
        "SKIPPED: needs root with CAP_SYS_ADMIN");
  }

  /// The installation that the build has assembled.
  public static Path installation() {
    root();
    Path home = Path.of(System.getProperty("openlambda.home", ""));
    assumeTrue(
        Files.isRegularFile(home.resolve("libexec/launcher"))
            && Files.isDirectory(home.resolve("libexec/runtimes/python")),
        "SKIPPED: needs an installation at " + home + ", run ./dev build first");
    return home;
  }
}
