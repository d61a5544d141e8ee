package org.openlambda.worker.policy;

/// How long instances of a function were idle before they were wanted again: a histogram with four
/// bins to each doubling, from one second to some four and a half hours. Old times fade: whenever
/// 1,000 are remembered, each counts half. 250 bytes.
///
/// Not safe for threads.
public final class IdleTimes {
  /// Upper edge of the first bin.
  private static final long FIRST_NANOS = 1_000_000_000L;

  private static final int BINS_PER_DOUBLING = 4;
  private static final int BINS = 1 + BINS_PER_DOUBLING * 14;
  private static final int MOST = 1_000;

  private final int[] counts = new int[BINS];
  private int total;

  /// One was wanted after so long; times beyond the last bin count as there.
  public void record(long idleNanos) {
    counts[bin(idleNanos)]++;
    total++;
    if (total >= MOST) {
      fade();
    }
  }

  private void fade() {
    total = 0;
    for (int i = 0; i < BINS; i++) {
      counts[i] /= 2;
      total += counts[i];
    }
  }

  private static int bin(long nanos) {
    if (nanos < FIRST_NANOS) {
      return 0;
    }
    double ratio = (double) nanos / FIRST_NANOS;
    int doublings = Math.getExponent(ratio);
    double rest = ratio / (1L << Math.min(doublings, 62)); // 1 up to 2
    int quarter = (int) ((rest - 1) * BINS_PER_DOUBLING);
    return Math.min(BINS - 1, 1 + doublings * BINS_PER_DOUBLING + quarter);
  }

  /// How many times are remembered.
  public int total() {
    return total;
  }

  int bins() {
    return BINS;
  }

  int count(int bin) {
    return counts[bin];
  }

  /// Where a bin ends; the last one has no end, and this is where it begins to be out of sight.
  static long edgeNanos(int bin) {
    int doublings = Math.floorDiv(bin, BINS_PER_DOUBLING);
    int quarter = Math.floorMod(bin, BINS_PER_DOUBLING);
    return (FIRST_NANOS << doublings) / BINS_PER_DOUBLING * (BINS_PER_DOUBLING + quarter);
  }
}
