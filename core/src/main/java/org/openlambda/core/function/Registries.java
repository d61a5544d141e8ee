package org.openlambda.core.function;

/// The functions of each account as a registry of its own. Safe for any thread.
public interface Registries {
  /// What the account has. Cheap; an account that nobody knows has nothing.
  Registry of(Account account);
}
