package org.openlambda.bench.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/// What one round of a client gave.
///
/// @param nanos latencies of answers as expected
/// @param inTime of those, how many ended within `wallNanos`: what a rate is made of
/// @param wallNanos the length of the round, or until its last answer where requests ran out
/// @param wrong answers that were not as expected
/// @param lost requests that had no answer: the connection broke, or nothing came for 30 s
/// @param statuses how many answers had which status
public record Load(
    Histogram nanos,
    long inTime,
    long wallNanos,
    long wrong,
    long lost,
    Map<Integer, Long> statuses,
    TimeLine timeLine) {
  /// Right answers per second.
  public double perSecond() {
    return inTime * 1e9 / Math.max(1, wallNanos);
  }

  /// All requests, whatever became of them.
  public long requests() {
    return nanos.getTotalCount() + wrong + lost;
  }

  public long errors() {
    return wrong + lost;
  }

  public double percentileMs(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }
}
