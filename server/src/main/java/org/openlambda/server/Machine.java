package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openlambda.core.units.Bytes;

/// How large this machine is.
final class Machine {
  private Machine() {}

  /// Its memory, as the kernel counts it.
  static Bytes memory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Bytes.kibi(Long.parseLong(line.replaceAll("[^0-9]", "")));
      }
    }
    throw new IOException("/proc/meminfo does not say how much memory there is");
  }
}
