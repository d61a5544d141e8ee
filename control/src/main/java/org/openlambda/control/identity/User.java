package org.openlambda.control.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;

/// A user as the database has it.
///
/// @param password a hash of [Passwords]; empty if there is none
/// @param keys how many there are, active or not
public record User(
    UUID id,
    Account account,
    String name,
    Role role,
    Instant created,
    Optional<String> password,
    int keys) {
  /// Known by one of its keys, tokens, or its password.
  public Principal by(String credential) {
    return new Principal(account, name, role, credential);
  }

  @Override
  public String toString() {
    return "User[" + account + "/" + name + ", " + role + "]";
  }
}
