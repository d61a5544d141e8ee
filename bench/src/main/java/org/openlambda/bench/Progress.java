package org.openlambda.bench;

import java.io.PrintWriter;

/// A line on the terminal that says how far a measurement is; nothing where there is no terminal.
final class Progress {
  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean shown;

  Progress(PrintWriter out, boolean shown) {
    this.out = out;
    this.shown = shown;
  }

  void at(int done, int all) {
    if (shown) {
      int filled = WIDTH * done / all;
      out.print("\r[" + "█".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + all);
      if (done == all) {
        out.print("\r" + " ".repeat(WIDTH + 16) + "\r");
      }
      out.flush();
    }
  }
}
