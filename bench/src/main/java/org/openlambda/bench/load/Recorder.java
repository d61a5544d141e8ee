package org.openlambda.bench.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// Counts what one thread of a client sees; of several the results are added. Also for clients of
/// another kind than ours.
public final class Recorder {
  private static final int STATUSES = 600;

  private final long startNanos;
  private final long lengthNanos;
  private final Histogram nanos = new Histogram(3);
  private final long[] statuses = new long[STATUSES];
  private final TimeLine timeLine;
  private long inTime;
  private long wrong;
  private long lost;
  private long lastNanos;

  /// @param startNanos when the round began
  /// @param lengthNanos how long it is: later answers count, but not in the rate
  public Recorder(long startNanos, long lengthNanos) {
    this.startNanos = startNanos;
    this.lengthNanos = lengthNanos;
    this.timeLine = TimeLine.forRound(lengthNanos);
  }

  /// An answer came.
  ///
  /// @param fromNanos when its request was due
  public void answered(long fromNanos, long nowNanos, int status, boolean asExpected) {
    long latency = Math.max(0, nowNanos - fromNanos);
    statuses[Math.clamp(status, 0, STATUSES - 1)]++;
    timeLine.add(nowNanos - startNanos, latency, asExpected);
    lastNanos = Math.max(lastNanos, nowNanos - startNanos);
    if (asExpected) {
      nanos.recordValue(latency);
      inTime += nowNanos - startNanos <= lengthNanos ? 1 : 0;
    } else {
      wrong++;
    }
  }

  /// No answer will come.
  public void lost(long fromNanos, long nowNanos) {
    lost++;
    timeLine.add(nowNanos - startNanos, nowNanos - fromNanos, false);
  }

  /// Takes over what another counted in the same round.
  public void add(Recorder other) {
    nanos.add(other.nanos);
    timeLine.add(other.timeLine);
    for (int i = 0; i < STATUSES; i++) {
      statuses[i] += other.statuses[i];
    }
    inTime += other.inTime;
    wrong += other.wrong;
    lost += other.lost;
    lastNanos = Math.max(lastNanos, other.lastNanos);
  }

  /// @param ranOut whether the round ended when there were no more requests
  public Load toLoad(boolean ranOut) {
    Map<Integer, Long> seen = new TreeMap<>();
    for (int i = 0; i < STATUSES; i++) {
      if (statuses[i] > 0) {
        seen.put(i, statuses[i]);
      }
    }
    long wall = ranOut ? Math.min(lengthNanos, Math.max(1, lastNanos)) : lengthNanos;
    return new Load(nanos, inTime, wall, wrong, lost, seen, timeLine);
  }
}
