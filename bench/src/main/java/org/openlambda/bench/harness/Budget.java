package org.openlambda.bench.harness;

import java.time.Duration;

/// How long a scenario may take.
///
/// @param whole about; warm-ups of sides come on top
/// @param warmUp of a server, at the most; of a side a third of that
public record Budget(Duration whole, Duration warmUp) {
  private static final Duration HURRIED = Duration.ofSeconds(7);

  /// Of a scenario that is run for its own sake: its server is warmed up until that is done.
  public static Budget alone(Duration whole) {
    return new Budget(whole, whole.dividedBy(2));
  }

  /// Of one of many that are run for a survey: its server may still be compiling, and the result
  /// says so.
  public static Budget amongMany(Duration whole) {
    Budget alone = alone(whole);
    return alone.warmUp.compareTo(HURRIED) < 0 ? alone : new Budget(whole, HURRIED);
  }

  Duration sideWarmUp() {
    return warmUp.dividedBy(3);
  }
}
