package org.openlambda.core.function;

/// What a sandbox can reach.
public enum Network {
  /// Its own loopback only.
  NONE,
  /// Public addresses through the host, never the host itself, private ranges or metadata services.
  OUTBOUND
}
