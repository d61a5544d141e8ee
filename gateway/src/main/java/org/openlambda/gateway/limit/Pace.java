package org.openlambda.gateway.limit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openlambda.core.time.Allowance;
import org.openlambda.core.time.Time;

/// How many requests each of many callers may make. Safe for any thread; takes no lock.
///
/// @param <K> what callers are told apart by
final class Pace<K> {
  /// Callers that are remembered: when there are more, all begin anew. Who is not known is none of
  /// them, so that nobody makes them up.
  static final int MOST_CALLERS = 100_000;

  private final int most;
  private final Duration pause;
  private final Time time;
  private final Map<K, Allowance> left = new ConcurrentHashMap<>();

  /// @param perSecond in the long run
  /// @param atOnce after a while without any
  Pace(int perSecond, int atOnce, Time time) {
    this.most = atOnce;
    this.pause = Duration.ofSeconds(1).dividedBy(perSecond);
    this.time = time;
  }

  /// Counts a request.
  ///
  /// @return how long to wait before it may be made; zero if it may now
  Duration take(K caller) {
    long now = time.nanos();
    Allowance allowance = left.get(caller);
    if (allowance == null) {
      if (left.size() >= MOST_CALLERS) {
        left.clear();
      }
      allowance = left.computeIfAbsent(caller, _ -> new Allowance(most, pause, now));
    }
    long wait = allowance.take(now);
    return wait == 0 ? Duration.ZERO : Duration.ofNanos(wait);
  }
}
