package org.openlambda.control.identity;

import java.util.Map;
import java.util.Optional;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.time.Time;

/// All active keys and tokens, read once and again when they change. Answers also while the
/// database is away.
public final class KnownKeys implements Identities {
  private final Database database;
  private final AccessKeys keys;
  private final Tokens tokens;
  private final Time time;
  private volatile Known known = new Known(Map.of(), Map.of());

  /// What was read together.
  private record Known(Map<String, Credential> keys, Map<String, Tokens.Held> tokens) {}

  /// Reads them.
  public KnownKeys(Database database, AccessKeys keys, Tokens tokens, Time time)
      throws Unavailable {
    this.database = database;
    this.keys = keys;
    this.tokens = tokens;
    this.time = time;
    refresh();
  }

  @Override
  public Optional<Credential> find(String keyId) {
    return Optional.ofNullable(known.keys.get(keyId));
  }

  @Override
  public Optional<Principal> holder(String token) {
    Tokens.Held held = known.tokens.get(Tokens.hash(token));
    return held == null || !time.now().isBefore(held.expires())
        ? Optional.empty()
        : Optional.of(held.principal());
  }

  /// Reads them again; one after another, so that what was read first is not kept longest.
  public synchronized void refresh() throws Unavailable {
    known =
        database.<Known, RuntimeException>read(
            t -> new Known(keys.active(t, known.keys), tokens.held(t)));
  }
}
