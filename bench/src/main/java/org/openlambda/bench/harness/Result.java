package org.openlambda.bench.harness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Row;

/// What a scenario found.
///
/// @param rows one for each goal, at least
/// @param method how it was measured: rounds, their length, the warm-up
/// @param seconds it took
/// @param load runnable processes while it ran (average of a minute, at its end)
public record Result(
    Scenario scenario,
    List<Row> rows,
    List<Figures> figures,
    List<Plot> plots,
    List<String> method,
    double seconds,
    double load) {
  public Result {
    rows = List.copyOf(rows);
    figures = List.copyOf(figures);
    plots = List.copyOf(plots);
    method = List.copyOf(method);
  }

  /// Answers of the platform that were wrong or did not come; a baseline's are seen in its figures.
  public long errors() {
    return figures.stream().filter(Figures::ours).mapToLong(Figures::errors).sum();
  }

  /// For JSON, with the names that scripts read.
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("scenario", scenario.name());
    map.put("what", scenario.what());
    map.put("rows", rows.stream().map(Row::toMap).toList());
    map.put("figures", figures.stream().map(Figures::toMap).toList());
    map.put("method", method);
    map.put("seconds", Math.round(seconds * 10) / 10.0);
    map.put("load_after", load);
    return map;
  }
}
