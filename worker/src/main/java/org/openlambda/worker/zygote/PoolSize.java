package org.openlambda.worker.zygote;

import java.util.Arrays;

/// How many sandboxes should wait, from how many were taken lately: twice the largest burst of the
/// last minute, within bounds. A burst is what was taken within one slice of 100 ms, about the time
/// in which the makers cannot keep up. Sizing a buffer by the largest recent demand over its refill
/// time is the base-stock rule of inventory control (Scarf, 1960).
///
/// A pure function of the history it is given, see [#target]; the history itself is a ring of
/// counts, guarded by its owner.
final class PoolSize {
  static final long SLICE_NANOS = 100_000_000;
  static final int SLICES = 600;

  private int least;
  private final int most;
  private final int[] taken = new int[SLICES];
  private long newest;

  /// @param least never fewer wait than this
  /// @param most never more; 0 if none should wait
  /// @param nowNanos the clock now
  PoolSize(int least, int most, long nowNanos) {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException("pool bounds " + least + " to " + most);
    }
    this.least = least;
    this.most = most;
    this.newest = Math.floorDiv(nowNanos, SLICE_NANOS); // the clock may be below 0
  }

  /// From now on never fewer wait than this, at most [#most].
  void raiseTo(int more) {
    least = Math.clamp(more, least, most);
  }

  /// One was taken now.
  void taken(long nowNanos) {
    forgetUntil(nowNanos);
    taken[Math.floorMod(newest, SLICES)]++;
  }

  /// How many should wait now.
  int size(long nowNanos) {
    forgetUntil(nowNanos);
    return target(taken, least, most);
  }

  /// The rule itself.
  ///
  /// @param taken how many were taken in each of the slices looked at, in any order
  static int target(int[] taken, int least, int most) {
    int burst = Arrays.stream(taken).max().orElse(0);
    return Math.clamp(2L * burst, least, most);
  }

  private void forgetUntil(long nowNanos) {
    long slice = Math.floorDiv(nowNanos, SLICE_NANOS);
    if (slice - newest >= SLICES) {
      Arrays.fill(taken, 0);
      newest = slice;
    }
    while (newest < slice) {
      newest++;
      taken[Math.floorMod(newest, SLICES)] = 0;
    }
  }
}
