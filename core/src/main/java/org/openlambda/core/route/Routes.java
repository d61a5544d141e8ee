package org.openlambda.core.route;

import java.util.Optional;
import java.util.OptionalInt;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;

/// What may be called: functions of all accounts with their versions and aliases, as this node has
/// seen them last. Safe for any thread; answers from memory.
public interface Routes {
  /// What a call runs.
  ///
  /// @param qualifier a number, an alias, or [Version#LATEST]
  /// @return empty if there is no such function, or nothing of it with this qualifier. An alias
  ///   that has weights answers by chance
  Optional<Version> find(FunctionId function, String qualifier);

  /// How many calls of a function may run at once, if its owner has limited that.
  OptionalInt reserved(FunctionId function);

  /// The function URL with this id.
  Optional<FunctionUrl> url(String id);

  /// Who else may call it.
  ///
  /// @param qualifier what it is called by
  ResourcePolicy policy(FunctionId function, String qualifier);

  /// How many calls all functions of an account have reserved together.
  int reserved(Account account);
}
