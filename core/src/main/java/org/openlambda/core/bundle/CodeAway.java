package org.openlambda.core.bundle;

import java.io.IOException;

/// The place where code is kept does not answer. It may any moment; nothing has to be restarted.
public final class CodeAway extends IOException {
  private static final long serialVersionUID = 1L;

  public CodeAway(String message, Throwable cause) {
    super(message, cause);
  }

  public CodeAway(String message) {
    super(message);
  }
}
