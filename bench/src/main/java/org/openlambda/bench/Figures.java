package org.openlambda.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// One row of a result.
///
/// @param what was measured: `cold, 1 client`
/// @param perSecond completed per second of wall time
/// @param errors answers that were not the expected one
public record Figures(
    String what, double p50Ms, double p99Ms, double maxMs, double perSecond, long errors) {

  /// @param nanos durations
  /// @param wallNanos how long all of them took together
  static Figures of(String what, Histogram nanos, long wallNanos, long errors) {
    return new Figures(
        what,
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getMaxValue() / 1e6,
        nanos.getTotalCount() * 1e9 / Math.max(1, wallNanos),
        errors);
  }

  /// For JSON, with the names that scripts read.
  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("bench", what);
    map.put("p50_ms", rounded(p50Ms));
    map.put("p99_ms", rounded(p99Ms));
    map.put("max_ms", rounded(maxMs));
    map.put("per_second", rounded(perSecond));
    map.put("errors", errors);
    return map;
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
