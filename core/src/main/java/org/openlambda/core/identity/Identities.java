package org.openlambda.core.identity;

import java.util.Optional;

/// Knows keys and tokens. Safe for any thread; answers from memory.
public interface Identities {
  /// The active key with this id.
  Optional<Credential> find(String keyId);

  /// Whose token this is; empty if it is nobody's, was revoked or has expired.
  ///
  /// @param token the whole of it, as its holder sends it
  Optional<Principal> holder(String token);
}
