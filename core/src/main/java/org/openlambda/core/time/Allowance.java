package org.openlambda.core.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// So many at once, and one more after each pause: a token bucket, kept as the one moment when it
/// will be full again (the generic cell rate algorithm of ITU-T I.371). Safe for any thread; never
/// blocks, and takes no lock.
public final class Allowance {
  private final long pauseNanos;
  private final long mostNanos;
  private final AtomicLong full;

  /// One that is full.
  ///
  /// @param most at once, at least 1
  /// @param pause after which there is one more
  /// @param nowNanos on the monotonic clock, as in every other call
  public Allowance(int most, Duration pause, long nowNanos) {
    if (most < 1 || !pause.isPositive()) {
      throw new IllegalArgumentException("an allowance of " + most + " with pauses of " + pause);
    }
    this.pauseNanos = pause.toNanos();
    this.mostNanos = Math.multiplyExact(most, pauseNanos);
    this.full = new AtomicLong(nowNanos);
  }

  /// Takes one.
  ///
  /// @return nanoseconds to wait until there is one; zero if it was taken
  public long take(long nowNanos) {
    while (true) {
      long before = full.get();
      long after = (before - nowNanos > 0 ? before : nowNanos) + pauseNanos;
      long over = after - nowNanos - mostNanos;
      if (over > 0) {
        return over;
      }
      if (full.compareAndSet(before, after)) {
        return 0;
      }
    }
  }

  /// Gives back one that was taken.
  public void giveBack() {
    full.addAndGet(-pauseNanos);
  }
}
