package org.openlambda.cli;

import java.util.Locale;

/// The form of a result.
enum Format {
  /// For people.
  TEXT,
  /// For programs: what the server sent.
  JSON;

  /// As people type it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
