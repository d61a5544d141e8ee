package org.openlambda.core.identity;

/// A key that requests are signed with.
///
/// @param id public, as in `AKIA…`
/// @param secret known to its owner and to us; never shown
/// @param principal whose it is
public record Credential(String id, String secret, Principal principal) {
  @Override
  public String toString() {
    return "Credential[" + id + " of " + principal + "]";
  }
}
