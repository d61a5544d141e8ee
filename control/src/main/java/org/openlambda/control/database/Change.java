package org.openlambda.control.database;

import org.openlambda.core.function.FunctionId;

/// What a node has to read again.
public sealed interface Change {
  /// A function was made, changed or deleted.
  record OfFunction(FunctionId function) implements Change {}

  /// Accounts, users or keys are others.
  record OfIdentities() implements Change {}

  /// Anything may be another: this node was away for longer than changes are kept.
  record OfAll() implements Change {}
}
