package org.openlambda.core.identity;

import java.util.Optional;

/// Knows keys. Safe for any thread; answers from memory.
public interface Identities {
  /// The active key with this id.
  Optional<Credential> find(String keyId);
}
