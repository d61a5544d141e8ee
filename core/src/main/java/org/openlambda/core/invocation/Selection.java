package org.openlambda.core.invocation;

import java.time.Instant;
import java.util.Optional;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionName;

/// Which log lines somebody wants to see: those that all of this is true of.
///
/// @param account whose; nobody sees lines of another
/// @param since not older than this
/// @param invocation printed during this call
/// @param text contains this, letter by letter
public record Selection(
    Account account,
    Optional<FunctionName> function,
    Optional<Instant> since,
    Optional<RequestId> invocation,
    Optional<String> text) {
  /// Every line of an account.
  public static Selection all(Account account) {
    return new Selection(
        account, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// Whether a line is wanted.
  public boolean takes(LogLine line) {
    return account.equals(line.function().account())
        && function.map(line.function().name()::equals).orElse(true)
        && since.map(instant -> !line.at().isBefore(instant)).orElse(true)
        && invocation.map(line.invocation()::equals).orElse(true)
        && text.map(line.text()::contains).orElse(true);
  }
}
