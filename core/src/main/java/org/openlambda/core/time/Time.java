package org.openlambda.core.time;

import java.time.Instant;

/// The two clocks: a monotonic one to measure with, and the wall clock to date with. Handed to a
/// constructor, so that a test can move it. Safe for any thread; never blocks.
public interface Time {
  /// Nanoseconds from an arbitrary origin; never goes backwards. Only differences mean something.
  long nanos();

  /// The wall clock. It can jump: never subtract two of them to bill.
  Instant now();

  /// The machine's own clocks.
  static Time system() {
    return new Time() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public Instant now() {
        return Instant.now();
      }
    };
  }
}
