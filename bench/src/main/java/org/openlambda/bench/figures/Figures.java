package org.openlambda.bench.figures;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/// What one side of a comparison gave, over all its rounds.
///
/// @param what who served what to whom: `echo, 32 clients`
/// @param ours whether it is the platform; otherwise a baseline
/// @param millis latencies by name (`p50`, `p90`, `p99`, `p99.9`, `max`), in milliseconds
/// @param perSecond right answers per second
/// @param cpuMicros processor time for each answer in microseconds, by who used it
/// @param requests all of them
/// @param errors wrong answers and lost requests
/// @param statuses how many answers had which status
public record Figures(
    String what,
    boolean ours,
    Map<String, Spread> millis,
    Spread perSecond,
    Map<String, Spread> cpuMicros,
    long requests,
    long errors,
    Map<Integer, Long> statuses) {
  /// For JSON, with the names that scripts read.
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("what", what);
    map.put("side", ours ? "ours" : "baseline");
    var latencies = new LinkedHashMap<String, Object>();
    millis.forEach((name, spread) -> latencies.put(name, rounded(spread)));
    map.put("ms", latencies);
    map.put("per_second", rounded(perSecond));
    var cpu = new LinkedHashMap<String, Object>();
    cpuMicros.forEach((name, spread) -> cpu.put(name, rounded(spread)));
    map.put("cpu_us_per_request", cpu);
    map.put("requests", requests);
    map.put("errors", errors);
    map.put("statuses", statuses);
    return map;
  }

  /// `8 (429: 3)`: errors, and what was said instead of the answer.
  public String errorsText() {
    var said = new StringJoiner(", ", " (", ")").setEmptyValue("");
    statuses.forEach((status, count) -> {
      if (status != 200) {
        said.add(status + ": " + count);
      }
    });
    return errors + said.toString();
  }

  static Map<String, Object> rounded(Spread spread) {
    var map = new LinkedHashMap<String, Object>();
    map.put("median", rounded(spread.median()));
    map.put("min", rounded(spread.least()));
    map.put("max", rounded(spread.most()));
    return map;
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 10_000) / 10_000.0 : -1;
  }
}
