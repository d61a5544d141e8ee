package org.openlambda.cli;

/// The form of a result.
enum Format {
  /// For people.
  TEXT,
  /// For programs: what the server sent.
  JSON
}
