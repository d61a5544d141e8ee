package org.openlambda.control.database;

import java.io.IOException;

/// The database does not answer, or not in time. Whether a write took place is not known if it was
/// under way; reading tells. It may be back any moment.
public final class Unavailable extends IOException {
  private static final long serialVersionUID = 1L;

  Unavailable(String message, Throwable cause) {
    super(message, cause);
  }

  Unavailable(String message) {
    super(message);
  }
}
