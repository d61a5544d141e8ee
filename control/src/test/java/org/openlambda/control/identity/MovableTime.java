package org.openlambda.control.identity;

import java.time.Duration;
import java.time.Instant;
import org.openlambda.core.time.Time;

/// A time that a test lets pass.
public final class MovableTime implements Time {
  private volatile Duration passed = Duration.ZERO;

  public synchronized void pass(Duration more) {
    passed = passed.plus(more);
  }

  @Override
  public long nanos() {
    return passed.toNanos();
  }

  @Override
  public Instant now() {
    return Instant.parse("2026-01-31T12:00:00Z").plus(passed);
  }
}
