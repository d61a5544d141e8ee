package org.openlambda.cli.sam;

import java.io.Serial;

/// A value cannot be known here; the message says why, in a few words.
final class Unresolved extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  Unresolved(String why) {
    super(why);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
