package org.openlambda.core.time;

import java.time.Duration;

/// When waiting for the machine is given up: N times later where `-Dopenlambda.slow=N` says that it
/// is slow, as an emulator is. For the platform's own processes that start or end, and for the
/// deadlines of tests. Nothing that a function may use depends on it, no wall and no count.
public final class Patience {
  private static final int SLOW = Math.max(1, Integer.getInteger("openlambda.slow", 1));

  private Patience() {}

  /// What to allow for something that takes no longer than this on a usual machine.
  public static Duration of(Duration usual) {
    return usual.multipliedBy(SLOW);
  }

  /// The same in seconds.
  public static long ofSeconds(long usual) {
    return usual * SLOW;
  }
}
