package org.openlambda.core.control;

import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry;
import org.openlambda.core.identity.Actor;

/// The functions of each account as a registry of its own. Safe for any thread.
public interface Registries {
  /// What the account has, to look at and to call. Cheap; an account that nobody knows has nothing.
  Registry of(Account account);

  /// The same for somebody who changes it, and is named in the audit log.
  Registry of(Actor actor);
}
