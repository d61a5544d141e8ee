package org.openlambda.tests;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.openlambda.core.time.Patience;

/// Looks again and again at what becomes true soon, in a process that cannot tell us.
public final class Eventually {
  private static final Duration PATIENCE = Patience.of(Duration.ofSeconds(15));
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /// The first value that `good` likes, or the last one if none was liked in 15 s.
  public static <T> T get(Callable<T> source, Predicate<T> good) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    T value = source.call();
    while (!good.test(value) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE.toNanos());
      value = source.call();
    }
    return value;
  }

  /// The same, but a failure if none was liked.
  public static <T> T require(Callable<T> source, Predicate<T> good) throws Exception {
    T value = get(source, good);
    if (!good.test(value)) {
      throw new AssertionError("after " + PATIENCE + " it is still: " + value);
    }
    return value;
  }
}
