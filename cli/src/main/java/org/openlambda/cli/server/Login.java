package org.openlambda.cli.server;

/// Somebody who has logged in.
///
/// @param token never shown
/// @param expires when, as the server has said it
public record Login(String token, String account, String user, String expires) {
  @Override
  public String toString() {
    return "Login[" + account + "/" + user + "]";
  }
}
