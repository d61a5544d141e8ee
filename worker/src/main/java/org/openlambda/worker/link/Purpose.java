package org.openlambda.worker.link;

/// What a sandbox is specialised for.
public enum Purpose {
  /// To run the version's handler.
  SERVE,
  /// To load the handler, without calling it.
  LOAD,
  /// To load the handler, and to run it when somebody calls.
  PROVISION,
  /// To compile the bundle, without running any of it.
  COMPILE
}
