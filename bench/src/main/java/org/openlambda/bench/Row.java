package org.openlambda.bench;

import java.util.Map;

/// A measurement and its baseline of the same run.
///
/// @param ratio how the two compare, by the median unless `ratioOf` says otherwise
/// @param ratioOf what the ratio is of, for people: `baseline p50 / ours`
public record Row(Figures ours, Figures baseline, double ratio, String ratioOf) {
  Map<String, Object> toMap() {
    Map<String, Object> map = ours.toMap();
    map.put("baseline", baseline.toMap());
    map.put("ratio", Figures.rounded(ratio));
    map.put("ratio_of", ratioOf);
    return map;
  }

  /// Two lines of a table.
  String toText() {
    return "%-34s %9.3f %9.3f %9.3f %10.0f %6d   %.1f×  (%s)%n%-34s %9.3f %9.3f %9.3f %10.0f %6d"
        .formatted(
            ours.what(),
            ours.p50Ms(),
            ours.p99Ms(),
            ours.maxMs(),
            ours.perSecond(),
            ours.errors(),
            ratio,
            ratioOf,
            "  baseline: " + baseline.what(),
            baseline.p50Ms(),
            baseline.p99Ms(),
            baseline.maxMs(),
            baseline.perSecond(),
            baseline.errors());
  }

  static String heading() {
    return "%-34s %9s %9s %9s %10s %6s   ratio"
        .formatted("", "p50 ms", "p99 ms", "max ms", "per s", "errors");
  }
}
