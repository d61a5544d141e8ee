package org.openlambda.gateway.aws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;

/// Keys that sign, as making one takes four HMACs. When it is full, all are made anew: those of
/// yesterday go with the others. Safe for any thread.
final class SigningKeys {
  /// How many are kept.
  static final int MOST = 4_096;

  private final Map<Signing, byte[]> kept = new ConcurrentHashMap<>();

  /// What a key is made of.
  private record Signing(Credential credential, Scope scope) {}

  /// The key of `credential` for what `scope` says.
  byte[] of(Credential credential, Scope scope) {
    var signing = new Signing(credential, scope);
    byte[] known = kept.get(signing);
    return known == null ? made(signing) : known;
  }

  private synchronized byte[] made(Signing signing) {
    if (kept.size() >= MOST) {
      kept.clear();
    }
    byte[] key = SigV4.key(signing.credential.secret(), signing.scope);
    kept.put(signing, key);
    return key;
  }

  /// How many are kept now.
  int size() {
    return kept.size();
  }
}
