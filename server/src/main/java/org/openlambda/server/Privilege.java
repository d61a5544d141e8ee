package org.openlambda.server;

import java.io.IOException;
import org.openlambda.linux.system.Kernel;

/// What a node needs of the system to raise every wall. It never starts with fewer in silence.
final class Privilege {
  private Privilege() {}

  /// @throws IOException if something is missing, in one sentence with the way to get it
  static void require() throws IOException {
    if (!Kernel.isAtLeast(6, 1)) {
      throw new IOException(
          "Linux %s is too old: sandboxes need 6.1 or newer".formatted(Kernel.release()));
    }
    if (!Kernel.isRoot() || !Kernel.hasCapability(Kernel.CAP_SYS_ADMIN)) {
      throw new IOException(
          "sandboxes need root to be made (they run without any privilege): start it with sudo;"
              + " `ol doctor` says what this machine can do");
    }
  }
}
