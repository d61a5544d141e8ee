package org.openlambda.cli.server;

/// What requests are signed with.
///
/// @param id public
/// @param secret never shown
public record Key(String id, String secret) {
  @Override
  public String toString() {
    return "Key[" + id + "]";
  }
}
