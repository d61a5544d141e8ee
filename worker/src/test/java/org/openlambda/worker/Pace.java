package org.openlambda.worker;

import java.time.Duration;

/// How patient tests are. On a machine that is said to be slow, as an emulator is
/// (`-Dopenlambda.slow=N`), their deadlines and the upper bounds of times that they measure are N
/// times longer. Nothing else depends on it: no limit of a sandbox, no wall, no count.
public final class Pace {
  private static final int SLOW = Integer.getInteger("openlambda.slow", 1);

  private Pace() {}

  public static Duration allow(Duration usual) {
    return usual.multipliedBy(SLOW);
  }

  public static long allowSeconds(long usual) {
    return usual * SLOW;
  }
}
