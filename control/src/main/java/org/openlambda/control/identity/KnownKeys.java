package org.openlambda.control.identity;

import java.util.Map;
import java.util.Optional;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Identities;

/// All active keys, read once and again when they change. Answers also while the database is away.
public final class KnownKeys implements Identities {
  private final Members members;
  private volatile Map<String, Credential> keys;

  /// Reads them.
  public KnownKeys(Members members) throws Unavailable {
    this.members = members;
    this.keys = members.credentials();
  }

  @Override
  public Optional<Credential> find(String keyId) {
    return Optional.ofNullable(keys.get(keyId));
  }

  /// Reads them again.
  public void refresh() throws Unavailable {
    keys = members.credentials();
  }
}
