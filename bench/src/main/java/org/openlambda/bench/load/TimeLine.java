package org.openlambda.bench.load;

/// What happened when, in slices of equal length since the start of a round. One writer; read when
/// the round is over.
public final class TimeLine {
  private static final int SLICES = 100;

  private final long sliceNanos;
  private final long[] right = new long[2 * SLICES];
  private final long[] wrong = new long[2 * SLICES];
  private final long[] maxNanos = new long[2 * SLICES];
  private final long[] sumNanos = new long[2 * SLICES];

  private TimeLine(long sliceNanos) {
    this.sliceNanos = sliceNanos;
  }

  /// An empty one for a round of this length, with room for as much again: what comes later counts
  /// in the last slice.
  static TimeLine forRound(long lengthNanos) {
    return new TimeLine(Math.max(1_000_000, lengthNanos / SLICES));
  }

  void add(long sinceStartNanos, long latencyNanos, boolean asExpected) {
    int slice = Math.clamp(sinceStartNanos / sliceNanos, 0, right.length - 1);
    (asExpected ? right : wrong)[slice]++;
    maxNanos[slice] = Math.max(maxNanos[slice], latencyNanos);
    sumNanos[slice] += latencyNanos;
  }

  void add(TimeLine other) {
    for (int i = 0; i < right.length; i++) {
      right[i] += other.right[i];
      wrong[i] += other.wrong[i];
      maxNanos[i] = Math.max(maxNanos[i], other.maxNanos[i]);
      sumNanos[i] += other.sumNanos[i];
    }
  }

  /// How many slices there are up to the last in which anything ended.
  public int used() {
    int last = right.length;
    while (last > 0 && right[last - 1] + wrong[last - 1] == 0) {
      last--;
    }
    return last;
  }

  public long sliceNanos() {
    return sliceNanos;
  }

  /// Right answers per second in a slice.
  public double rate(int slice) {
    return right[slice] * 1e9 / sliceNanos;
  }

  /// Wrong answers and lost requests per second in a slice.
  public double errorRate(int slice) {
    return wrong[slice] * 1e9 / sliceNanos;
  }

  /// The longest latency of what ended in a slice.
  public double maxMs(int slice) {
    return maxNanos[slice] / 1e6;
  }

  /// The mean latency of what ended in a slice; not a number if nothing did.
  public double meanMs(int slice) {
    return sumNanos[slice] / 1e6 / (right[slice] + wrong[slice]);
  }
}
