package org.openlambda.bench.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  /// Several one after another as one; what happened when is that of the first.
  ///
  /// @param parts at least one
  public static Load sum(List<Load> parts) {
    var nanos = new Histogram(3);
    var statuses = new TreeMap<Integer, Long>();
    for (Load part : parts) {
      nanos.add(part.nanos);
      part.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
    }
    return new Load(
        nanos,
        parts.stream().mapToLong(Load::inTime).sum(),
        parts.stream().mapToLong(Load::wallNanos).sum(),
        parts.stream().mapToLong(Load::wrong).sum(),
        parts.stream().mapToLong(Load::lost).sum(),
        statuses,
        parts.getFirst().timeLine);
  }

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
