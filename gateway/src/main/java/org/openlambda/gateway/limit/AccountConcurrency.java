package org.openlambda.gateway.limit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.route.Routes;

/// Lets no more calls of an account run at once than it may have (AWS Lambda, "Understanding Lambda
/// function scaling"). A function that has reserved some has them for itself, and they are missing
/// to the others. Counts on this node only. Safe for any thread.
public final class AccountConcurrency implements Invoker {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Invoker next;
  private final Routes routes;
  private final int most;

  /// Calls under way of functions that have reserved none; as many entries as accounts that call.
  private final Map<Account, AtomicInteger> running = new ConcurrentHashMap<>();

  /// @param next counts what is reserved
  /// @param most calls of an account
  public AccountConcurrency(Invoker next, Routes routes, int most) {
    this.next = next;
    this.routes = routes;
    this.most = most;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    FunctionId function = invocation.version().function();
    if (routes.reserved(function).isPresent()) {
      return next.invoke(invocation);
    }
    Account account = function.account();
    AtomicInteger count = running.computeIfAbsent(account, _ -> new AtomicInteger());
    try {
      return count.incrementAndGet() > most - routes.reserved(account)
          ? new Outcome.Rejected(Outcome.Reason.ACCOUNT_FULL, RETRY)
          : next.invoke(invocation);
    } finally {
      count.decrementAndGet();
    }
  }
}
