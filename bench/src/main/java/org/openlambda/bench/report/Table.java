package org.openlambda.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Row;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Result;

/// A result as text for the terminal.
public final class Table {
  private Table() {}

  /// Goals and verdicts, then what both sides gave, then how it was measured.
  public static String of(Result result) {
    var text = new StringJoiner("\n", "", "\n");
    text.add("%s: %s".formatted(result.scenario().name(), result.scenario().what()));
    for (Row row : result.rows()) {
      text.add(
          "  %-12s %-58s %-12s %s"
              .formatted(
                  mark(row),
                  row.goal().what(),
                  row.goal().boundText(),
                  row.found().isEmpty() ? row.note() : row.foundText()));
    }
    if (!result.figures().isEmpty()) {
      text.add("");
      aligned(result.figures()).forEach(line -> text.add("  " + line));
    }
    result.method().forEach(line -> text.add("  " + line));
    text.add(
        "  %.0f s, load %.2f at the end%s"
            .formatted(result.seconds(), result.load(), errors(result)));
    return text.toString();
  }

  private static String errors(Result result) {
    return result.errors() == 0 ? "" : ", %d WRONG OR LOST ANSWERS".formatted(result.errors());
  }

  private static String mark(Row row) {
    return switch (row.verdict()) {
      case MET -> "✓ met";
      case MISSED -> "✗ not met";
      case STATED -> "· stated";
      case NOT_HERE -> "– not here";
    };
  }

  private static List<String> aligned(List<Figures> figures) {
    var lines = new ArrayList<String>();
    lines.add(
        "%-38s %8s %8s %8s %8s %9s %7s  %s"
            .formatted(
                "", "p50 ms", "p99 ms", "p99.9", "max", "per s", "errors", "CPU µs/request"));
    for (Figures f : figures) {
      lines.add(
          "%-38s %8s %8s %8s %8s %9s %7s  %s"
              .formatted(
                  f.what(),
                  median(f, "p50"),
                  median(f, "p99"),
                  median(f, "p99.9"),
                  median(f, "max"),
                  Spread.number(f.perSecond().median()),
                  f.errorsText(),
                  cpu(f)));
    }
    return lines;
  }

  private static String median(Figures figures, String percentile) {
    Spread spread = figures.millis().get(percentile);
    return spread == null ? "–" : Spread.number(spread.median());
  }

  private static String cpu(Figures figures) {
    var text = new StringJoiner(", ");
    figures.cpuMicros().forEach((who, s) -> text.add(who + " " + Spread.number(s.median())));
    return text.toString();
  }
}
