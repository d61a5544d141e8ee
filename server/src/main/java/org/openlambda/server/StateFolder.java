package org.openlambda.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.openlambda.linux.system.Kernel;

/// Where a node keeps what it needs while it runs: the same folder for the same functions, so that
/// the next start finds and removes what a killed one left.
final class StateFolder {
  private StateFolder() {}

  /// @param kind `dev`
  /// @param of the folder that is served, absolute
  static Path of(String kind, Path of) {
    var sum = new CRC32();
    sum.update(of.toString().getBytes(StandardCharsets.UTF_8));
    return base().resolve("openlambda").resolve("%s-%08x".formatted(kind, sum.getValue()));
  }

  private static Path base() {
    Optional<String> configured = Optional.ofNullable(System.getenv("XDG_STATE_HOME"));
    if (configured.isPresent()) {
      return Path.of(configured.get());
    }
    return Kernel.isRoot()
        ? Path.of("/var/lib")
        : Path.of(System.getProperty("user.home"), ".local", "state");
  }
}
