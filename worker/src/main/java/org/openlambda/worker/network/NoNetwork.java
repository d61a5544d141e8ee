package org.openlambda.worker.network;

import java.io.Serial;

/// A sandbox cannot be given its way out. The message says what is missing on this machine and how
/// to get it. Nothing of the function has run.
public final class NoNetwork extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  NoNetwork(String why) {
    super("network: outbound is not possible here: " + why);
  }

  NoNetwork(String why, Throwable cause) {
    super("network: outbound is not possible here: " + why, cause);
  }
}
