package org.openlambda.bench.harness;

import java.time.Duration;

/// How long a scenario may take.
///
/// @param whole about; warm-ups of sides come on top
/// @param warmUp of a server: no other round of it begins after this
/// @param sideWarmUp the same for each side
public record Budget(Duration whole, Duration warmUp, Duration sideWarmUp) {
  private static final Duration HURRIED = Duration.ofSeconds(5);

  /// Of a scenario that is run for its own sake: all is warmed up until that is done.
  public static Budget alone(Duration whole) {
    return new Budget(whole, whole.dividedBy(2), whole.dividedBy(6));
  }

  /// Of one of many that are run for a survey: in four fifths of the time, with servers that may
  /// still be compiling, as the result says, and one round for a side.
  public static Budget amongMany(Duration whole) {
    Duration less = whole.multipliedBy(4).dividedBy(5);
    Duration half = less.dividedBy(2);
    Duration warmUp = half.compareTo(HURRIED) < 0 ? half : HURRIED;
    return new Budget(less, warmUp, Duration.ZERO);
  }
}
