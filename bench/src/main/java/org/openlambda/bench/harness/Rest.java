package org.openlambda.bench.harness;

import java.time.Duration;
import java.util.List;

/// The pause before a round of first calls, until no side works off what it was asked for before: a
/// server that fills its pool again would take the processors that the next side is measured on.
final class Rest {
  private static final Duration LOOK = Duration.ofMillis(50);

  /// Of one processor.
  private static final double LITTLE = 0.1;

  private static final Duration MOST = Duration.ofSeconds(1);

  private Rest() {}

  /// Blocks until all sides together use little processor time, a second at the most.
  static void of(List<Side> sides) throws InterruptedException {
    long end = System.nanoTime() + MOST.toNanos();
    long before = micros(sides);
    long since = System.nanoTime();
    while (since - end < 0) {
      Thread.sleep(LOOK);
      long used = micros(sides) - before;
      long now = System.nanoTime();
      if (1000.0 * used / (now - since) < LITTLE) {
        return;
      }
      before += used;
      since = now;
    }
  }

  private static long micros(List<Side> sides) {
    return sides.stream()
        .flatMap(side -> side.spender().cpuMicros().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
