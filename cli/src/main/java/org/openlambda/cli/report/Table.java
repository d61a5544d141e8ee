package org.openlambda.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.openlambda.cli.terminal.Tty;

/// Rows of texts under a head, in columns as wide as they need.
public final class Table {
  private static final String GAP = "  ";

  private final Tty tty;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(Tty tty, String... head) {
    this.tty = tty;
    rows.add(List.of(head));
  }

  /// @param cells as many as the head has
  public void row(String... cells) {
    rows.add(List.of(cells).stream().map(Tty::printable).toList());
  }

  /// All of it, the head first.
  public List<String> lines() {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var lines = new ArrayList<String>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
        }
      }
      String text = line.toString().stripTrailing();
      lines.add(lines.isEmpty() ? tty.dim(text) : text);
    }
    return lines;
  }
}
