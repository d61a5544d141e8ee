package org.openlambda.tests.hostile;

import java.util.ArrayList;
import java.util.List;

/// The table that a suite prints at its end. Filled by one thread.
final class Verdicts {
  private static final int WIDEST = 110;

  private record Row(String name, String layer, String verdict) {}

  private final String title;
  private final List<Row> rows = new ArrayList<>();

  Verdicts(String title) {
    this.title = title;
  }

  void add(String name, String layer, String verdict) {
    rows.add(new Row(name, layer, verdict));
  }

  void print() {
    var text = new StringBuilder("%n%s: %d%n".formatted(title, rows.size()));
    for (Row row : rows) {
      String line = "%-34s %-32s %s".formatted(row.name, row.layer, row.verdict);
      text.append(line.length() > WIDEST + 40 ? line.substring(0, WIDEST + 40) + "…" : line);
      text.append(System.lineSeparator());
    }
    System.out.print(text);
  }
}
