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

  /// The key that each access key signed with last, by its id.
  private final Map<String, Signing> kept = new ConcurrentHashMap<>();

  /// @param key what is made of the other two
  private record Signing(Credential credential, Scope scope, SigV4.Key key) {
    boolean isOf(Credential other, Scope another) {
      return credential.equals(other) && scope.equals(another);
    }
  }

  /// The key of `credential` for what `scope` says.
  SigV4.Key of(Credential credential, Scope scope) {
    Signing known = kept.get(credential.id());
    return known != null && known.isOf(credential, scope) ? known.key : made(credential, scope);
  }

  private synchronized SigV4.Key made(Credential credential, Scope scope) {
    if (kept.size() >= MOST) {
      kept.clear();
    }
    SigV4.Key key = SigV4.key(credential.secret(), scope);
    kept.put(credential.id(), new Signing(credential, scope, key));
    return key;
  }

  /// How many are kept now.
  int size() {
    return kept.size();
  }
}
