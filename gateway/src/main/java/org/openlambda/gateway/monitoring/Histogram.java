package org.openlambda.gateway.monitoring;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// How many durations were how long. Safe for any thread.
final class Histogram {
  /// Upper bounds in seconds: those that OpenTelemetry recommends for functions, and some below, as
  /// calls take less than a millisecond here.
  static final List<Double> BOUNDS =
      List.of(
          0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
          30.0);

  private static final long[] BOUNDS_NANOS =
      BOUNDS.stream().mapToLong(seconds -> Math.round(seconds * 1e9)).toArray();

  /// One more than there are bounds; each counts what is above the bound before.
  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(BOUNDS.size() + 1L).toArray(LongAdder[]::new);

  private final LongAdder sumNanos = new LongAdder();

  void add(long nanos) {
    int found = Arrays.binarySearch(BOUNDS_NANOS, nanos);
    counts[found < 0 ? -found - 1 : found].increment();
    sumNanos.add(nanos);
  }

  void absorb(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i].add(other.counts[i].sum());
    }
    sumNanos.add(other.sumNanos.sum());
  }

  /// How many were as long as each bound or shorter; the last one is how many there were.
  long[] cumulated() {
    long[] sums = new long[counts.length];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i].sum();
      sums[i] = sum;
    }
    return sums;
  }

  double seconds() {
    return sumNanos.sum() / 1e9;
  }
}
