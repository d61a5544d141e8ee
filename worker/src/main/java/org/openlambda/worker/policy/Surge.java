package org.openlambda.worker.policy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Whether calls of a function come faster than they are served, and not only in a burst: then a
/// queue does not help, it only makes everybody late. A burst is let wait; a surge that lasts is
/// cut back to a short queue, so that those who are let in are served soon, and all is as before
/// soon after it ends. To tell a queue that works off a burst from one that stands is the thought
/// of CoDel (Nichols and Jacobson, 2012); here both are counted instead of the time in the queue,
/// as a queue of calls that take seconds may well be a good one.
///
/// A pure function of what it was told, see [#is]; guarded by its owner.
public final class Surge {
  /// What calls may wait while a surge lasts, but for those of [#mayAlwaysWait].
  public static final Duration PATIENCE = Duration.ofMillis(250);

  static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /// Complete slices that are looked at: two seconds.
  static final int SLICES = 4;

  /// Calls that come for each that is served.
  private static final int TIMES = 2;

  /// In a slice fewer are no surge.
  private static final int LEAST = 5;

  /// By slices, the current one and those before it.
  private final int[] came = new int[SLICES + 1];

  private final int[] served = new int[SLICES + 1];
  private long newest = Long.MIN_VALUE;

  /// How many may wait for as long as it takes, or instances would have nothing to do until the
  /// next one comes: as many as run, as all of them may end at once; of calls that compute, which
  /// processors end one after another, as many as there are of these.
  public static int mayAlwaysWait(int running, boolean computes, int processors) {
    return computes ? Math.min(running, processors) : running;
  }

  /// One came that could not run at once.
  public void came(long nowNanos) {
    came[at(nowNanos)]++;
  }

  /// One of those may run.
  public void served(long nowNanos) {
    served[at(nowNanos)]++;
  }

  /// Whether there is a surge now.
  public boolean isOn(long nowNanos) {
    int current = at(nowNanos);
    var before = new int[2][SLICES];
    for (int i = 0; i < SLICES; i++) {
      int slice = (current + 1 + i) % came.length;
      before[0][i] = came[slice];
      before[1][i] = served[slice];
    }
    return is(before[0], before[1]);
  }

  /// The rule itself: in each slice more than twice as many came as were served.
  ///
  /// @param came calls that could not run at once, by slice
  /// @param served calls of those that were let run, by slice
  static boolean is(int[] came, int[] served) {
    for (int i = 0; i < came.length; i++) {
      if (came[i] < LEAST || came[i] <= TIMES * served[i]) {
        return false;
      }
    }
    return true;
  }

  private int at(long nowNanos) {
    long slice = Math.floorDiv(nowNanos, SLICE_NANOS);
    for (long i = Math.max(newest + 1, slice - SLICES); i <= slice; i++) {
      int fresh = Math.floorMod(i, came.length);
      came[fresh] = 0;
      served[fresh] = 0;
    }
    newest = Math.max(newest, slice);
    return Math.floorMod(newest, came.length);
  }
}
