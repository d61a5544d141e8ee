package org.openlambda.core.control;

import java.util.Optional;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Actor;

/// Moves aliases back to what they named before. Safe for any thread; blocks on the database.
public interface Rollbacks {
  /// One step back from where the alias is. A step that was taken back is not taken again: the next
  /// one goes further back. Versions that are no more are passed over.
  ///
  /// @param actor whose account has the function, and whom the audit log names
  /// @param revision only if the alias is still this revision of it
  Result rollBack(Actor actor, FunctionName function, String alias, Optional<String> revision);

  /// What came of it; nothing has changed but by [Moved].
  sealed interface Result {
    record Moved(Target before, Target after) implements Result {}

    record UnknownFunction() implements Result {}

    record UnknownAlias() implements Result {}

    /// It is no longer the revision that was meant.
    record Changed() implements Result {}

    /// It has never named anything else that is still there.
    record NothingBefore() implements Result {}

    /// The database is away, and may be back any moment.
    record Away() implements Result {}
  }

  /// What an alias names.
  ///
  /// @param version its label
  /// @param share of the calls that another version gets
  record Target(String version, Optional<Share> share) {}

  /// @param weight which part of the calls, 0 to 1
  record Share(String version, double weight) {}
}
