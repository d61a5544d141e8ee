package org.openlambda.bench.harness;

import java.io.PrintWriter;
import java.util.Locale;

/// A line on the terminal that says how far a scenario is, by its time budget; nothing where there
/// is no terminal. One thread.
public final class Progress {
  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean shown;
  private String scenario = "";
  private long startNanos;
  private double seconds = 1;
  private int widest;

  public Progress(PrintWriter out, boolean shown) {
    this.out = out;
    this.shown = shown;
  }

  void begin(String name, double budgetSeconds) {
    scenario = name;
    startNanos = System.nanoTime();
    seconds = Math.max(1, budgetSeconds);
  }

  /// Says what is done next.
  void at(String what) {
    if (shown) {
      double done = (System.nanoTime() - startNanos) / 1e9;
      int filled = (int) Math.clamp(WIDTH * done / seconds, 0, WIDTH);
      String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
      String line =
          String.format(
              Locale.ROOT, "%-10s [%s] %3.0f s of ~%.0f s  %s", scenario, bar, done, seconds, what);
      out.print("\r" + line + " ".repeat(Math.max(0, widest - line.length())));
      out.flush();
      widest = Math.max(widest, line.length());
    }
  }

  void end() {
    if (shown) {
      out.print("\r" + " ".repeat(widest) + "\r");
      out.flush();
    }
  }
}
