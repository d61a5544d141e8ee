package org.openlambda.gateway.limit;

import java.time.Duration;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.time.Time;

/// Counts the requests of those who are known: calls for each account, everything else for each key
/// or token. Safe for any thread; takes no lock.
public final class Callers {
  private final Pace<Account> calls;
  private final Pace<String> others;

  public Callers(CallerLimits limits, Time time) {
    this.calls = new Pace<>(limits.callsPerSecond(), limits.callsPerSecond(), time);
    this.others = new Pace<>(limits.changesPerSecond(), limits.changesAtOnce(), time);
  }

  /// Counts a request.
  ///
  /// @param call whether it calls a function
  /// @return how long to wait before it may be made; zero if it may now
  public Duration take(Principal caller, boolean call) {
    return call ? calls.take(caller.account()) : others.take(caller.credential());
  }
}
