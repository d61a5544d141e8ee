package org.openlambda.worker.policy;

import java.time.Duration;

/// How long an instance may be idle before it is frozen. Freezing and thawing cost about as much as
/// a short call, so what comes again soon is better left alone: after an idle time that was short
/// the grace is twice as long, after a long one the usual. To wait as long as the last times were
/// worth it is adaptive waiting (Karlin et al., *Empirical studies of competitive spinning*, 1991).
/// A pure function.
public final class FreezeGrace {
  /// Never longer than this, if the usual is not.
  static final Duration LONGEST = Duration.ofSeconds(1);

  private FreezeGrace() {}

  /// The grace of an instance after its next call.
  ///
  /// @param usualNanos without knowledge
  /// @param idleNanos from the end of its call to the next
  public static long next(long usualNanos, long idleNanos) {
    long longest = Math.max(usualNanos, LONGEST.toNanos());
    return idleNanos > longest ? usualNanos : Math.clamp(2 * idleNanos, usualNanos, longest);
  }
}
