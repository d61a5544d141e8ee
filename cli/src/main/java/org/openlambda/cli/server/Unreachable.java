package org.openlambda.cli.server;

import java.io.IOException;
import java.io.Serial;

/// No server answers at an address.
public final class Unreachable extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  Unreachable(String message, IOException cause) {
    super(message, cause);
  }
}
