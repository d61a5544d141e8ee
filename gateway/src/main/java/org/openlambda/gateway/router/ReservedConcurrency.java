package org.openlambda.gateway.router;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.route.Routes;

/// Lets no more calls of a function run at once than its owner allows, whichever door they come by
/// (AWS Lambda, "Reserved concurrency"). Counts on this node only. Safe for any thread.
public final class ReservedConcurrency implements Invoker {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Invoker next;
  private final Routes routes;

  /// Calls under way, of functions that are limited or were.
  private final Map<FunctionId, AtomicInteger> running = new ConcurrentHashMap<>();

  public ReservedConcurrency(Invoker next, Routes routes) {
    this.next = next;
    this.routes = routes;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    FunctionId function = invocation.version().function();
    OptionalInt most = routes.reserved(function);
    if (most.isEmpty()) {
      return next.invoke(invocation);
    }
    AtomicInteger count = running.computeIfAbsent(function, _ -> new AtomicInteger());
    try {
      return count.incrementAndGet() > most.getAsInt()
          ? new Outcome.Rejected(Outcome.Reason.RESERVED_FULL, RETRY)
          : next.invoke(invocation);
    } finally {
      count.decrementAndGet();
    }
  }
}
