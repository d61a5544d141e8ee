package org.openlambda.worker.policy;

import java.time.Duration;

/// How long a call will wait, by what is ahead of it: Little's law (1961) turned around. Who would
/// wait for longer than calls may is refused at once, not after having waited in vain: the queue
/// holds only what will be served, as CoDel (Nichols and Jacobson, 2012) judges a queue by the time
/// spent in it and not by its length. Pure functions.
public final class ExpectedWait {
  private static final long SHORTEST_RETRY_SECONDS = 1;
  private static final long LONGEST_RETRY_SECONDS = 60;

  private ExpectedWait() {}

  /// @param ahead calls that wait before this one
  /// @param servers instances that work through them
  /// @param serviceNanos time of a call
  public static long nanos(int ahead, int servers, long serviceNanos) {
    return (long) ((ahead + 1.0) * serviceNanos / Math.max(1, servers));
  }

  /// When to come again: when those who wait now are served, in whole seconds, 1 to 60.
  public static Duration retryAfter(long waitNanos) {
    long seconds = Math.ceilDiv(waitNanos, 1_000_000_000L);
    return Duration.ofSeconds(Math.clamp(seconds, SHORTEST_RETRY_SECONDS, LONGEST_RETRY_SECONDS));
  }
}
