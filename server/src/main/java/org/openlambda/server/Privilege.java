package org.openlambda.server;

import java.io.IOException;
import org.openlambda.linux.system.Kernel;

/// What a node needs of the system to raise its walls. It never starts with fewer in silence.
final class Privilege {
  private Privilege() {}

  /// Returns as root, or as root of a user namespace: for an ordinary user this program is started
  /// again in one, and what came before this call happens twice.
  ///
  /// @throws IOException if something is missing, in one sentence with the way to get it
  static void obtain() throws IOException {
    requireKernel();
    if (!isEnough()) {
      Rootless.enter();
    }
    if (!isEnough()) {
      throw new IOException(
          "sandboxes need root to be made, or a user namespace (they run without any privilege):"
              + " start ol with sudo, see `ol doctor --fix`, or run your own code without walls:"
              + " ol dev --isolation none");
    }
  }

  static void requireKernel() throws IOException {
    if (!Kernel.isAtLeast(6, 1)) {
      throw new IOException(
          "Linux %s is too old: sandboxes need 6.1 or newer".formatted(Kernel.release()));
    }
  }

  private static boolean isEnough() {
    return Kernel.isRoot() && Kernel.hasCapability(Kernel.CAP_SYS_ADMIN);
  }
}
